"""The signed MIME entity keeps every byte, whatever line ends the pieces hold."""

from __future__ import annotations

import email
from email import policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scor_tui.domain.errors import BadMessage
from scor_tui.exchange.entity import INDEX_TYPE, Part, read_entity, write_entity

awkward = st.lists(
    st.sampled_from(
        [
            b"\r",
            b"\n",
            b"\r\n",
            b"\r\n\r\n",
            b"--",
            b"\r\n--",
            b"\r\n--scor-ouvert-000001",
            b"\x00",
            b"\xff",
            b"a",
            b"",
        ]
    )
).map(b"".join)


def parts_of(contents):
    return tuple(Part(f"part-{n}@x.invalid", f"piece-{n:04d}.p7m", content) for n, content in enumerate(contents))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(awkward, st.binary(max_size=300)), min_size=1, max_size=4))
def test_every_byte_comes_back(contents):
    parts = parts_of(contents)
    entity = write_entity(parts)
    assert read_entity(entity) == parts
    assert write_entity(parts) == entity


def test_a_piece_that_holds_the_boundary_gets_another_one():
    first = write_entity(parts_of([b"x"]))
    boundary = first.split(b'boundary="')[1].split(b'"')[0]
    hostile = parts_of([b"\r\n--" + boundary + b"--\r\n", first])
    assert boundary + b"--" not in write_entity(hostile)[-40:]
    assert read_entity(write_entity(hostile)) == hostile
    inside = write_entity(parts_of([write_entity(hostile)]))
    assert read_entity(read_entity(inside)[0].content) == hostile


def test_the_form_is_the_one_that_is_documented():
    entity = write_entity([Part("i@x.invalid", "lot.xml", b"<lot/>\r\n", INDEX_TYPE), *parts_of([b"\x00\r\n"])])
    message = email.message_from_bytes(entity, policy=policy.default)
    assert message.get_content_type() == "multipart/mixed"
    index, piece = message.iter_parts()
    assert (index.get_content_type(), index.get_filename(), index["Content-ID"]) == (
        *("application/xml", "lot.xml"),
        "<i@x.invalid>",
    )
    assert piece["Content-Transfer-Encoding"] == "binary"
    assert piece.get_param("smime-type") == "enveloped-data"
    assert b"\n" not in entity.replace(b"\r\n", b"")


def test_another_writer_may_order_its_headers_otherwise():
    entity = (
        b"content-type: Multipart/Mixed; boundary=abc\r\nMIME-Version: 1.0\r\n\r\n--abc\r\n"
        b'Content-Disposition: attachment; filename="lot.xml"\r\nContent-ID: <1@x.invalid>\r\n'
        b"Content-Transfer-Encoding: BINARY\r\nContent-Type: application/xml\r\n\r\n<lot/>\r\n--abc--"
    )
    assert read_entity(entity) == (Part("1@x.invalid", "lot.xml", b"<lot/>", "application/xml"),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"binary", b"base64"),
        (b"Content-ID", b"Content-Id2"),
        (b'filename="piece-0000.p7m"', b'filename="../../evil"'),
        (b"multipart/mixed", b"multipart/alternative"),
        (b"\r\n\r\n--scor", b"\r\n\r\npreamble\r\n--scor"),
        (b"--\r\n", b"--\r\nepilogue"),
        (b"--\r\n", b"\r\n"),
        (b"Content-ID: ", b"Content-ID: <2@x.invalid>\r\nContent-ID: "),
        (b"\r\n\r\n", b"\n\n"),
    ],
)
def test_an_ambiguous_entity_is_refused(old, new):
    entity = write_entity(parts_of([b"content"]))
    assert old in entity
    with pytest.raises(BadMessage) as caught:
        read_entity(entity.replace(old, new))
    assert caught.value.code == "SO-TEC-SCHEMA"


@given(st.binary(max_size=300))
def test_noise_only_raises_our_error(noise):
    with pytest.raises(BadMessage):
        read_entity(noise)
