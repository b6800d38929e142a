# dumps.py damaged|newer|large: a dump that is wrong in one way, made of the one on standard input. The form of a dump:
# https://github.com/neo4j/neo4j/tree/5.26/community/dbms/src/main/java/org/neo4j/dbms/archive
import io, subprocess, sys, tarfile

MARK, HEADER = 4, 24


def zstd(data, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout


raw = bytearray(zstd(sys.stdin.buffer.read()[MARK:], "-d"))
files = {file.name.split("/")[-1]: HEADER + file.offset_data for file in tarfile.open(fileobj=io.BytesIO(raw[HEADER:]))}
at, content = {
    # The first nodes.
    "damaged": (files["neostore.nodestore.db"], bytes(range(1, 31))),
    # The version of the transaction log's form, which is 9.
    "newer": (files["neostore.transaction.db.0"], b"\x63"),
    # How many bytes are in it.
    "large": (HEADER - 8, (10**15).to_bytes(8, "big")),
}[sys.argv[1]]
raw[at : at + len(content)] = content
sys.stdout.buffer.write(b"DZV1" + zstd(bytes(raw)))
