from generator.catalog import builtin_root, find_files, find_layers, find_products
from generator.project import find_asset


def test_a_projects_file_beats_the_built_in_one_of_the_same_path(write, roots):
    root = write({"templates/themes/harbor.yaml": "title: Mine\n", "templates/themes/own.yaml": "title: Own\n"})
    found = find_files(roots(root), "templates/themes")
    assert found["harbor"] == root / "templates/themes/harbor.yaml"
    assert found["own"].is_relative_to(root)
    assert found["dusk"].is_relative_to(builtin_root())
    assert list(found) == sorted(found)


def test_one_file_of_a_product_is_overridden_alone(write, roots):
    root = write({"templates/products/wallet-card/style.css": "h2 {color: red}"})
    both = roots(root)
    assert find_products(both)["wallet-card"].is_relative_to(builtin_root())
    assert both.find("templates/products/wallet-card/style.css").is_relative_to(root)
    assert both.find("templates/products/wallet-card/front.html").is_relative_to(builtin_root())


def test_lists_of_the_same_name_merge_built_in_first(write, roots):
    root = write({"content/lists/us-national.yaml": "resources: []\n"})
    paths = find_layers(roots(root), "content/lists", suffixes=(".yaml",))["us-national"]
    assert [path.is_relative_to(root) for path in paths] == [False, True]


def test_hidden_and_lock_files_are_no_drop_ins(write, roots):
    root = write({"content/editions/.mine.yaml": "", "content/editions/~mine.yaml": "", "content/editions/x.txt": ""})
    assert not any(path.is_relative_to(root) for path in find_files(roots(root), "content/editions").values())


def test_a_picture_outside_the_project_is_not_there(write, roots, tmp_path):
    (tmp_path / "secret.svg").write_text("<svg/>")
    root = write({"content/brands/logo.svg": "<svg/>"})
    (root / "content/brands/link.svg").symlink_to(tmp_path / "secret.svg")
    assert find_asset(roots(root), "content/brands/logo.svg") == root / "content/brands/logo.svg"
    assert find_asset(roots(root), "logo.svg") == root / "content/brands/logo.svg"
    assert find_asset(roots(root), "../secret.svg") is None
    assert find_asset(roots(root), "link.svg") is None
