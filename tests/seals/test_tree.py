"""The tree of hashes is RFC 6962's: its roots are known, and a proof says where each hash stands."""

from hashlib import sha256

import pytest

from concord.seals import tree

LEAVES = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
"""The leaves on which implementations of RFC 6962 are tried."""

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The root of none of them, of the first, of the first two, and so on."""


@pytest.mark.parametrize("length", range(9))
def test_the_root_is_the_one_that_everybody_else_comes_to(length: int) -> None:
    assert tree.root(LEAVES[:length]) == ROOTS[length]


@pytest.mark.parametrize("length", range(1, 9))
def test_each_leaf_climbs_to_the_root_by_its_path(length: int) -> None:
    for place, leaf in enumerate(LEAVES[:length]):
        assert tree.climb(leaf, tree.path(LEAVES[:length], place)) == ROOTS[length]


def test_a_path_says_on_which_side_each_other_hash_stands() -> None:
    # given three leaves, of which the last has no partner; when a path is asked for
    one, two, three = (sha256(b"\0" + leaf).digest() for leaf in LEAVES[:3])
    pair = sha256(b"\1" + one + two).digest()
    # then it names what stands beside on the way up, and leaves out where nothing does
    assert tree.path(LEAVES[:3], 0) == [("right", two.hex()), ("right", three.hex())]
    assert tree.path(LEAVES[:3], 1) == [("left", one.hex()), ("right", three.hex())]
    assert tree.path(LEAVES[:3], 2) == [("left", pair.hex())]
    assert tree.path(LEAVES[:1], 0) == []


def test_a_pair_never_passes_for_a_leaf() -> None:
    one, two = (sha256(b"\0" + leaf).digest() for leaf in LEAVES[:2])
    assert tree.root([one + two]) != ROOTS[2]


def test_a_proof_leads_from_each_leaf_to_the_root_and_from_no_other() -> None:
    for length in range(1, 18):
        leaves = [f"leaf {n}".encode() for n in range(length)]
        top = tree.root(leaves)
        for place, leaf in enumerate(leaves):
            steps = tree.path(leaves, place)
            assert tree.climb(leaf, steps) == top
            assert tree.climb(leaf + b"!", steps) != top
