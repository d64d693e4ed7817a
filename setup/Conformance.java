import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.TestAssertion.Status;

/** Holds files to a profile of veraPDF: Conformance ua1 FILE... prints each file with the rules it breaks. */
final class Conformance {
    private Conformance() {}

    public static void main(String[] arguments) {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour profile = PDFAFlavour.byFlavourId(arguments[0]);
        boolean allConform = true;
        for (int index = 1; index < arguments.length; index++) {
            Map<String, String> broken = brokenRules(arguments[index], profile);
            System.out.println((broken.isEmpty() ? "ok" : "broken") + "\t" + arguments[index]);
            broken.forEach((rule, said) -> System.out.println("\t" + rule + "\t" + said));
            allConform &= broken.isEmpty();
        }
        System.exit(allConform ? 0 : 1);
    }

    /** Returns each broken rule with what is said of the first place that breaks it. */
    private static Map<String, String> brokenRules(String path, PDFAFlavour profile) {
        Map<String, String> broken = new TreeMap<>();
        try (FileInputStream file = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(file, profile);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            for (TestAssertion one : validator.validate(parser).getTestAssertions()) {
                if (one.getStatus() == Status.FAILED) {
                    String rule = one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber();
                    String said = one.getMessage() + " (" + one.getLocation().getContext() + ")";
                    broken.putIfAbsent(rule, said.replaceAll("\\s+", " "));
                }
            }
        } catch (Exception | LinkageError problem) {
            broken.put("unreadable", problem.toString());
        }
        return broken;
    }
}
