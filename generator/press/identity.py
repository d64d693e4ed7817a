"""What a press file says of itself: its printing condition, its standard, its title, dates and ids."""

import hashlib
import uuid
from html import escape

import pikepdf
from pikepdf import Dictionary, Name, String

from generator import __version__
from generator.press.order import Order

PRODUCER = f"Handbill {__version__}"
REGISTRY = "http://www.color.org"  # where printing conditions are registered


def add_output_intent(pdf: pikepdf.Pdf, order: Order) -> None:
    """Say what the file is to be printed by, with the profile inside."""
    profile = pdf.make_stream(order.profile.data, N=4, Alternate=Name.DeviceCMYK)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(order.profile.condition or "Custom"),
        OutputCondition=String(order.profile.description),
        Info=String(order.profile.description),
        DestOutputProfile=profile,
    )
    if order.profile.condition:
        intent.RegistryName = String(REGISTRY)
    pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])


def describe(pdf: pikepdf.Pdf, order: Order, faces: bytes) -> None:
    """Give the file its title, dates and standard, in the information dictionary and in XMP alike."""
    day = order.made_on.strftime("D:%Y%m%d000000Z")
    about = {
        "/Title": order.title,
        "/Creator": PRODUCER,
        "/Producer": PRODUCER,
        "/CreationDate": day,
        "/ModDate": day,
        "/GTS_PDFXVersion": order.name,
    }
    pdf.trailer.Info = pdf.make_indirect(Dictionary({key: String(value) for key, value in about.items()}))
    pdf.trailer.Info.Trapped = Name("/False")
    pdf.Root.Lang = String(order.language)
    packet = pdf.make_stream(_xmp(order, _id(order, faces)))
    packet.Type, packet.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = packet


def _id(order: Order, faces: bytes) -> str:
    """Return the document's id: the same for the same faces, ordered in the same way."""
    asked = repr(
        (order.standard, order.has_marks, order.is_grey, order.bleed, order.ink_limit, order.brand, order.folds)
    )
    seed = hashlib.sha256(faces + order.profile.data + asked.encode("utf-8")).hexdigest()
    return f"uuid:{uuid.uuid5(uuid.NAMESPACE_OID, seed)}"


def _xmp(order: Order, identity: str) -> bytes:
    moment = f"{order.made_on.isoformat()}T00:00:00Z"
    x4 = f"<pdfxid:GTS_PDFXVersion>{order.name}</pdfxid:GTS_PDFXVersion>" if order.standard == "x-4" else ""
    older = f"<pdfx:GTS_PDFXVersion>{order.name}</pdfx:GTS_PDFXVersion>" if order.standard != "x-4" else ""
    title = escape(order.title, quote=False)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate><xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<xmpMM:DocumentID>{identity}</xmpMM:DocumentID><xmpMM:InstanceID>{identity}</xmpMM:InstanceID>
<xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdf:Producer>{PRODUCER}</pdf:Producer><pdf:Trapped>False</pdf:Trapped>
{x4}{older}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()
