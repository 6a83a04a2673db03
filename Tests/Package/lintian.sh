# Debian's own judge of packages finds neither errors nor warnings.
lintian --allow-root --fail-on error,warning "$package"
expect "lintian finds nothing" true
