#!/usr/bin/env bash
# Promises that check-dependencies.py finds what is declared and not used, in code and in tests, and nothing else: a check
# that cannot fail is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fatal() { echo "check-dependencies-test: $*" >&2; exit 1; }

mkdir -p "$scratch"/Sources/{Ground,House} "$scratch/Elsewhere/HouseTests"
cat > "$scratch/Package.swift" << 'END'
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "scratch",
    dependencies: [.package(url: "https://example.invalid/owner/Wood.swift", from: "1.0.0")],
    targets: [
        .target(name: "Ground"),
        .target(name: "House", dependencies: ["Ground", .product(name: "Wood", package: "Wood.swift")]),
        .testTarget(name: "HouseTests", dependencies: ["House"], path: "Elsewhere/HouseTests"),
    ]
)
END
touch "$scratch/Sources/Ground/Ground.swift"
printf 'public import struct Ground.Plot\n  @_spi(Beams) internal import Wood\n' > "$scratch/Sources/House/House.swift"
echo '@testable import House' > "$scratch/Elsewhere/HouseTests/HouseTests.swift"
check() { scripts/check-dependencies.py "$scratch" 2> "$scratch/report"; }

check || fatal "what is used was refused: $(cat "$scratch/report")"

echo '// import House; "import House"' > "$scratch/Elsewhere/HouseTests/HouseTests.swift"
if check; then fatal "a dependency of a test that no test imports passed"; fi
grep -q 'HouseTests depends on House and' "$scratch/report" || fatal "the test's dependency was not named"
echo 'import House' > "$scratch/Elsewhere/HouseTests/HouseTests.swift"

echo 'import Woodland' > "$scratch/Sources/House/House.swift"
if check; then fatal "dependencies that nobody imports passed"; fi
for name in Ground Wood; do
    grep -q "House depends on $name and" "$scratch/report" || fatal "$name was not named"
done

sed -i.before 's/, \.product(name: "Wood", package: "Wood.swift")//' "$scratch/Package.swift"
echo 'import Ground' > "$scratch/Sources/House/House.swift"
if check; then fatal "a package that no target uses passed"; fi
grep -q 'the package wood.swift' "$scratch/report" || fatal "the package was not named"
