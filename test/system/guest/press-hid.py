"""Reads a fob's serial number and asks it for a code: press-hid.py /dev/hidraw0"""

import os
import random
import select
import sys

device = os.open(sys.argv[1], os.O_RDWR)


def send(channel, command, message):  # a request is short: it has room in one report
    report = channel + bytes([command]) + len(message).to_bytes(2, "big") + message
    os.write(device, b"\0" + report.ljust(64, b"\0"))  # the zero says: no report ID


def report(channel, timeout):  # the next one on our channel, without the channel
    while select.select([device], [], [], timeout)[0]:
        data = os.read(device, 64)
        if data[:4] == channel:
            return data[4:]
    return b""


def receive(channel, timeout):
    first = report(channel, timeout)
    if not first or first[0] < 0x80:
        return b""
    length, message, sequence = int.from_bytes(first[1:3], "big"), first[3:], 0
    while len(message) < length:
        following = report(channel, 1)
        if following[:1] != bytes([sequence]):
            return b""
        message, sequence = message + following[1:], sequence + 1
    return message[:length]


def open_channel():
    everybody, nonce = b"\xff" * 4, os.urandom(8)
    for _ in range(4):
        send(everybody, 0x86, nonce)
        while answer := receive(everybody, 1):
            if answer[:8] == nonce:
                return answer[8:12]
    sys.exit("the fob does not answer")


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


def ask(channel, opcode, body=b"\xa0"):
    txid, timeout = random.randrange(1, 0x10000).to_bytes(2, "big"), 1
    for _ in range(4):
        send(channel, 0x83, b"\0" + txid + bytes([opcode]) + body)
        while message := receive(channel, timeout):
            if message[1:3] != txid:
                continue  # an event
            fields, _ = item(message[4:])
            if message[0] == 1:
                return fields
            if message[0] == 2:
                sys.exit(f"the fob refuses: {fields[1]}")
            print("press the button", file=sys.stderr, flush=True)
            timeout = None
    sys.exit("the fob does not answer")


channel = open_channel()
ask(channel, 0x01, b"\xa1\x01\x01")
print(ask(channel, 0x02)[1])
print(ask(channel, 0x10)[1])
