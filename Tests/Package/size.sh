# The program is no larger than it may be.
size=$(dpkg-deb --fsys-tarfile "$package" | tar --list --verbose ./usr/bin/muster | awk '{ print $3 }')
expect "the program has no more than 55 MB ($size bytes)" fewer "$size" 55000000
expect "there is nothing of Foundation in it" \
    eval 'nm "$MUSTER_BINARY" | awk '"'"'/ \$s10MusterCore/ { own = 1 } / \$s10Foundation/ { foreign = 1 } END { exit !own || foreign }'"'"
