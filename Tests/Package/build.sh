# The package is made, twice the same, and once more under an older number: docs/operations.md says what that shows and what not.
scripts/deb.sh
first=$(sha256sum < "$package")
scripts/deb.sh > /dev/null
expect "the same program makes the same package" equal "$(sha256sum < "$package")" "$first"
MUSTER_VERSION=0.0.9 scripts/deb.sh > /dev/null
expect "a version that is none is refused" eval '! MUSTER_VERSION=next scripts/deb.sh 2> /dev/null'
