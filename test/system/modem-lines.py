"""Opens a serial port with settings of its own, tells its modem lines, and has every byte echoed: modem-lines.py URL"""

import sys

import serial

with serial.serial_for_url(sys.argv[1], baudrate=9600, bytesize=7, parity="E", stopbits=2, timeout=5) as line:
    print(f"cts={line.cts} dsr={line.dsr} cd={line.cd} ri={line.ri}")
    line.baudrate = 0xFFFF00
    line.dtr = False
    line.rts = False
    line.break_condition = True
    line.break_condition = False
    every = bytes(range(256)) + bytes([255]) * 4
    line.write(every)
    print("echoed" if line.read(len(every)) == every else "not echoed")
    line.rtscts = True
