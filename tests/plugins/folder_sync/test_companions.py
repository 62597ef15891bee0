"""Live photos and sidecars find each other by name, within one folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe_folder_sync.files.companions import companions, group_key


@pytest.mark.parametrize(
    ("files", "pairs"),
    [
        ("IMG_1.HEIC IMG_1.MOV", {"IMG_1.HEIC": "IMG_1.MOV"}),
        ("IMG_1.jpg img_1.mp4", {"IMG_1.jpg": "img_1.mp4"}),
        ("IMG_1.HEIC IMG_1.JPG IMG_1.MOV", {"IMG_1.HEIC": "IMG_1.MOV"}),
        ("IMG_1.JPG IMG_1.MOV IMG_1.MP4", {"IMG_1.JPG": "IMG_1.MOV"}),
        ("IMG_1.DNG IMG_1.MOV", {}),
        ("IMG_1.HEIC IMG_2.MOV", {}),
        ("a/IMG_1.HEIC b/IMG_1.MOV", {}),
        ("a/IMG_1.HEIC a/IMG_1.MOV b/IMG_1.HEIC", {"a/IMG_1.HEIC": "a/IMG_1.MOV"}),
        ("PXL_1.MP.jpg", {}),
        ("IMG_1.HEIC IMG_1.MOV.xmp", {}),
        ("UP.JPG up.jpg up.mov", {"up.jpg": "up.mov"}),
        ("UP.JPG UP.MOV up.jpg up.mov", {"UP.JPG": "UP.MOV", "up.jpg": "up.mov"}),
    ],
)
def test_the_video_of_a_live_photo(files: str, pairs: dict[str, str]) -> None:
    assert companions(files.split()).video_of == pairs


@pytest.mark.parametrize(
    ("files", "sidecars"),
    [
        ("IMG_1.jpg IMG_1.jpg.xmp", {"IMG_1.jpg": "IMG_1.jpg.xmp"}),
        ("IMG_1.jpg IMG_1.xmp", {"IMG_1.jpg": "IMG_1.xmp"}),
        ("IMG_1.JPG IMG_1.jpg.XMP", {"IMG_1.JPG": "IMG_1.jpg.XMP"}),
        ("IMG_1.jpg IMG_1.xmp IMG_1.jpg.xmp", {"IMG_1.jpg": "IMG_1.jpg.xmp"}),
        ("IMG_1.jpg IMG_1.CR3 IMG_1.xmp", {"IMG_1.CR3": "IMG_1.xmp"}),
        ("IMG_1.jpg IMG_1.CR3 IMG_1.xmp IMG_1.jpg.xmp", {"IMG_1.CR3": "IMG_1.xmp", "IMG_1.jpg": "IMG_1.jpg.xmp"}),
        ("IMG_1.HEIC IMG_1.MOV IMG_1.xmp", {"IMG_1.HEIC": "IMG_1.xmp"}),
        ("IMG_1.png.xmp IMG_1.jpg", {}),
        ("IMG_1.xmp", {}),
        ("v.mp4 v.xmp", {"v.mp4": "v.xmp"}),
        ("IMG.v2.jpg IMG.v2.xmp IMG.jpg", {"IMG.v2.jpg": "IMG.v2.xmp"}),
        ("a/IMG_1.jpg b/IMG_1.xmp", {}),
        ("UP.JPG up.jpg up.xmp", {"up.jpg": "up.xmp"}),
        ("UP.JPG up.jpg up.jpg.xmp", {"up.jpg": "up.jpg.xmp"}),
    ],
)
def test_the_master_of_a_sidecar(files: str, sidecars: dict[str, str]) -> None:
    assert companions(files.split()).sidecar_of == sidecars


def test_raw_and_jpeg_stay_two_photos() -> None:
    found = companions(["IMG_1.CR3", "IMG_1.jpg"])
    assert (found.video_of, found.sidecar_of) == ({}, {})


@given(
    paths=st.sets(
        st.builds(
            lambda folder, stem, ending: folder + stem + ending,
            st.sampled_from(["", "a/", "A/"]),
            st.sampled_from(["x", "X", "x.y", ".x"]),
            st.sampled_from([".jpg", ".JPG", ".heic", ".mov", ".mp4", ".cr3", ".xmp", ".jpg.xmp", ".xmp.jpg", ""]),
        )
    )
)
def test_who_belongs_together_shares_folder_and_group_and_nobody_has_two_masters(paths: set[str]) -> None:
    found = companions(paths)
    assert found == companions(sorted(paths, reverse=True))
    for pairs in (found.video_of, found.sidecar_of):
        assert len(set(pairs.values())) == len(pairs)
        for one, other in pairs.items():
            assert {one, other} <= paths
            assert group_key(one) == group_key(other)
            assert one.rpartition("/")[0] == other.rpartition("/")[0]
