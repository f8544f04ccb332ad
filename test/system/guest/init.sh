#!/bin/busybox sh
# The first program in the guest: brings the host's files in, runs one command among them, and powers off.
set -e
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root LC_ALL=C.UTF-8
busybox mkdir -p /proc /sys /dev /host /scratch /root
busybox mount -t proc proc /proc
busybox --install -s /bin
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "/modules/$module"; done < /modules/order

# Read-only from the host; what the guest writes stays in its memory.
mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=524288 hostroot /host
mount -t tmpfs tmpfs /scratch
mkdir /scratch/upper /scratch/work
mount -t overlay -o lowerdir=/host,upperdir=/scratch/upper,workdir=/scratch/work overlay /root
for folder in dev proc sys; do mount --bind "/$folder" "/root/$folder"; done
mount -t tmpfs tmpfs /root/run
mkdir -p /dev/pts /dev/shm /root/lib/modules
mount -t devpts devpts /root/dev/pts
ln -s /proc/self/fd /dev/fd
ip link set lo up

. /settings
rm -rf "/root/lib/modules/$VERSION"
ln -s "$MODULES" "/root/lib/modules/$VERSION"
cp /command /root/run/command
output=/dev/vport1p1
while [ ! -e $output ]; do sleep 0.1; done
code=0
chroot /root /bin/sh -c "cd '$FOLDER' && modprobe -a uhid usbhid hid_generic vhci_hcd && exec /bin/sh /run/command" > $output 2>&1 || code=$?
printf '\nexit %d\n' $code > $output
poweroff -f
