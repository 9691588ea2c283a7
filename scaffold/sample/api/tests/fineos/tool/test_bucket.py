import pytest

from massgov.pfml.fineos.tool import bucket


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.csv").write_text("a")
    (folder / "inner" / "b.csv").write_text("b")
    return folder


def test_main_copies_recursively(source, tmp_path, monkeypatch, logging_fix):
    target = tmp_path / "target"
    argv = ["fineos-bucket-tool", "--recursive", "--copy_dir", str(source), "--to_dir", str(target)]
    monkeypatch.setattr("sys.argv", argv)

    bucket.main()

    assert (target / "inner" / "b.csv").read_text() == "b"


def test_copy_dir_leaves_out_folders_unless_told(source, tmp_path):
    assert bucket.copy_dir(source, tmp_path / "target") == 1
