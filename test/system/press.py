"""Reads a fob's serial number and asks it for a code: press.py /dev/pts/7, or press.py socket://127.0.0.1:7001"""

import random
import sys

import serial


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return crc ^ 0xFFFF


def frame(message):  # a request is short: no block of it is full
    data = message + crc16(message).to_bytes(2, "little")
    return b"\0" + b"".join(bytes([len(run) + 1]) + run for run in data.split(b"\0")) + b"\0"


def unframe(data):
    message = b""
    while data:
        code, run, data = data[0], data[1 : data[0]], data[data[0] :]
        message += run + (b"\0" if code < 255 and data else b"")
    good = crc16(message[:-2]).to_bytes(2, "little") == message[-2:]
    return message[:-2] if good else b""


def item(data):  # one CBOR item and what follows it
    major, number, data = data[0] >> 5, data[0] & 31, data[1:]
    if major == 7:
        return number == 21, data
    if number >= 24:
        size = 1 << number - 24
        number, data = int.from_bytes(data[:size], "big"), data[size:]
    if major == 0:
        return number, data
    if major == 3:
        return data[:number].decode(), data[number:]
    fields = {}
    for _ in range(number):
        key, data = item(data)
        fields[key], data = item(data)
    return fields, data


def ask(line, opcode, body=b"\xa0"):
    txid = random.randrange(1, 0x10000).to_bytes(2, "big")
    line.timeout = 1
    for _ in range(4):
        line.write(frame(b"\0" + txid + bytes([opcode]) + body))
        while received := line.read_until(b"\0"):
            message = unframe(received.rstrip(b"\0"))
            if message[1:3] != txid:
                continue  # broken, an event, or an answer to somebody else
            fields, _ = item(message[4:])
            if message[0] == 1:
                return fields
            if message[0] == 2:
                sys.exit(f"the fob refuses: {fields[1]}")
            print("press the button", file=sys.stderr, flush=True)
            line.timeout = None
    sys.exit("the fob does not answer")


with serial.serial_for_url(sys.argv[1], baudrate=115200) as line:
    ask(line, 0x01, b"\xa1\x01\x01")
    print(ask(line, 0x02)[1])
    print(ask(line, 0x10)[1])
