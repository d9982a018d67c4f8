import asyncio

import pytest

from menon.engine.llm.http1 import BadHttp, Body, read_head, request_bytes

CHUNKED = b"5\r\nhello\r\n1;note=x\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n"


def reader(*pieces: bytes, ends: bool = True) -> asyncio.StreamReader:
    stream = asyncio.StreamReader()
    for piece in pieces:
        stream.feed_data(piece)
    if ends:
        stream.feed_eof()
    return stream


async def read_all(body: Body) -> bytes:
    read = b""
    while piece := await body.read():
        read += piece
    return read


class TestRequest:
    def test_it_is_one_post_with_length_and_host(self) -> None:
        assert request_bytes("http://h:80/v1/x?y=1", {"accept": "*"}, b"{}") == (
            b"POST /v1/x?y=1 HTTP/1.1\r\nhost: h:80\r\ncontent-length: 2\r\naccept: *\r\n\r\n{}"
        )

    def test_a_header_cannot_smuggle_another(self) -> None:
        with pytest.raises(BadHttp, match="line break"):
            request_bytes("http://h/", {"authorization": "x\r\nhost: evil"}, b"")


class TestHead:
    async def test_status_and_headers_are_read_and_interim_answers_passed_over(self) -> None:
        stream = reader(
            b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: a\r\n\r\n"
        )
        assert await read_head(stream) == (200, {"content-type": "a"})

    @pytest.mark.parametrize(
        "head", [b"", b"HTTP/1.1 200", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"x" * 70_000]
    )
    async def test_what_is_no_http_is_refused(self, head: bytes) -> None:
        with pytest.raises(BadHttp):
            await read_head(reader(head))


class TestBody:
    @pytest.mark.parametrize("size", range(1, len(CHUNKED) + 1))
    async def test_chunks_are_joined_wherever_they_are_cut(self, size: int) -> None:
        stream = asyncio.StreamReader()
        body = Body(stream, {"transfer-encoding": "chunked"})
        reading = asyncio.ensure_future(read_all(body))
        for at in range(0, len(CHUNKED), size):
            stream.feed_data(CHUNKED[at : at + size])
            await asyncio.sleep(0)
        assert await reading == b"hello 0123456789"
        assert body.ended

    async def test_a_body_by_length_ends_there(self) -> None:
        body = Body(reader(b"hello, next", ends=False), {"content-length": "5"})
        assert await read_all(body) == b"hello"
        assert body.ended

    async def test_a_body_without_length_ends_with_its_connection(self) -> None:
        assert await read_all(Body(reader(b"hello"), {})) == b"hello"

    async def test_trailers_are_passed_over(self) -> None:
        stream = reader(b"1\r\nx\r\n0\r\nnote: y\r\n\r\n", ends=False)
        body = Body(stream, {"transfer-encoding": "chunked"})
        assert await read_all(body) == b"x"

    @pytest.mark.parametrize(
        ("headers", "wire"),
        [
            ({"transfer-encoding": "chunked"}, b"5\r\nhel"),
            ({"transfer-encoding": "chunked"}, b"5\r\nhello\r\n"),
            ({"transfer-encoding": "chunked"}, b"zz\r\nhello\r\n"),
            ({"transfer-encoding": "chunked"}, b"-5\r\nhello\r\n"),
            ({"transfer-encoding": "chunked"}, b"1" * 2000),
            ({"content-length": "9"}, b"hello"),
        ],
    )
    async def test_a_body_that_breaks_off_is_noticed(
        self, headers: dict[str, str], wire: bytes
    ) -> None:
        with pytest.raises(BadHttp):
            await read_all(Body(reader(wire), headers))
