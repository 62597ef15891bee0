"""Whether there is room, whether it can be written to, and whether the card is failing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from artframe.doctor.card import card
from artframe.doctor.disk import disk, file_system_errors, write_test
from artframe.doctor.finding import Severity
from tests.doctor.house import House, texts, worst
from tests.small_disk import small_disk


class TestDisk:
    def test_a_disk_with_room_is_fine(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_frsize": 1 << 20, "f_blocks": 30_000, "f_bavail": 9_000}
        [found] = disk(house, tmp_path, 500)
        assert (found.severity, found.text) == (Severity.FINE, "9,000 of 30,000 MB are free")

    def test_less_room_than_syncing_leaves_is_told(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_frsize": 1 << 20, "f_bavail": 300}
        found = worst(disk(house, tmp_path, 500))
        assert found.severity is Severity.WARNING and "500 MB" in found.text

    def test_a_disk_without_room_is_an_error_whatever_syncing_leaves(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_frsize": 1 << 20, "f_bavail": 0}
        found = worst(disk(house, tmp_path, 0))
        assert found.severity is Severity.ERROR and "the disk is full" in found.text and "free some space" in found.hint

    def test_a_disk_that_went_read_only_is_an_error(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_flag": os.ST_RDONLY}
        assert "read-only" in worst(disk(house, tmp_path, 0)).text

    def test_a_disk_that_can_hold_no_more_files_is_told(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_files": 1_000_000, "f_favail": 100}
        assert "only 100 more files" in worst(disk(house, tmp_path, 0)).text

    def test_errors_that_the_file_system_counted_are_told(self, house: House) -> None:
        house.put("sys/fs/ext4/mmcblk0p2/errors_count", "0\n")
        house.put("sys/fs/ext4/features/lazy_itable_init", "supported\n")
        assert worst(file_system_errors(house)).severity is Severity.FINE
        house.put("sys/fs/ext4/mmcblk0p2/errors_count", "17\n")
        found = worst(file_system_errors(house))
        assert found.severity is Severity.ERROR and "mmcblk0p2" in found.text and "17" in found.text

    def test_writing_is_tried_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        assert [one.severity for one in write_test(tmp_path)] == [Severity.FINE]
        assert list(tmp_path.iterdir()) == []

    def test_a_test_that_finds_no_room_asks_for_room(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", size="64k") as small:
            small.fill()
            [found] = write_test(small.place)
        assert found.severity is Severity.ERROR and "free some space" in found.hint

    def test_a_folder_that_takes_nothing_is_an_error(self, tmp_path: Path) -> None:
        [found] = write_test(tmp_path / "gone")
        assert found.severity is Severity.ERROR and "No such file" in found.text


class TestCard:
    def put_card(self, house: House, **facts: str) -> None:
        for name, text in {"name": "SD64G", "date": "03/2023", "type": "SD", **facts}.items():
            house.put(f"sys/block/mmcblk0/device/{name}", f"{text}\n")

    def test_a_card_that_does_not_tell_its_wear_is_named(self, house: House) -> None:
        self.put_card(house)
        house.put("sys/block/mmcblk0boot0/size", "0")
        house.put("sys/block/loop0/size", "0")
        [found] = card(house)
        assert found.severity is Severity.FINE
        assert "SD64G (03/2023)" in found.text

    @pytest.mark.parametrize(
        ("facts", "severity", "text"),
        [
            ({"life_time": "0x01 0x02", "pre_eol_info": "0x01"}, Severity.FINE, "10 to 20 %"),
            ({"life_time": "0x09 0x01", "pre_eol_info": "0x01"}, Severity.WARNING, "80 to 90 %"),
            ({"life_time": "0x0b 0x01"}, Severity.ERROR, "outlived"),
            ({"life_time": "0x01 0x01", "pre_eol_info": "0x02"}, Severity.ERROR, "80 %"),
            ({"life_time": "0x01 0x01", "pre_eol_info": "0x03"}, Severity.ERROR, "nearly gone"),
            ({"life_time": "0x00 0x00", "pre_eol_info": "0x00"}, Severity.FINE, "does not tell"),
            ({"life_time": "?"}, Severity.FINE, "does not tell"),
        ],
    )
    def test_wear_is_told(self, house: House, facts: dict[str, str], severity: Severity, text: str) -> None:
        self.put_card(house, **facts)
        [found] = card(house)
        assert found.severity is severity and text in found.text
        assert bool(found.hint) == (severity is not Severity.FINE)

    def test_other_disks_are_no_mistake(self, house: House) -> None:
        house.put("sys/block/sda/size", "1")
        house.put("sys/block/nvme0n1/size", "1")
        assert {one.severity for one in card(house)} == {Severity.FINE}
        assert texts(card(house)).count("not readable here") == 2
