# Absolute paths that files name. Input: units (K is u), of which only what they run counts, or scripts (s), of which what stands in
# directories of programs does not. Output: the file and the path, separated by a tab, each once. No apostrophe may stand here.
K == "u" && !/^[ \t]*Exec/ { next }
/^[ \t]*#/ { next }

{
  rest = $0
  while (match(rest, /\/[A-Za-z0-9._@+\/-]+/)) {
    path = substr(rest, RSTART, RLENGTH)
    before = RSTART == 1 ? "" : substr(rest, RSTART - 1, 1)
    rest = substr(rest, RSTART + RLENGTH)
    if (before ~ /[A-Za-z0-9._}$]/ || path ~ /^\/(dev|proc|sys)\// || (FILENAME, path) in seen) continue
    if (K == "s" && path !~ /^\/(opt|root|home|srv|var|etc|usr\/local)\//) continue
    if (K == "u" && path ~ /\/systemd\/systemd-/) continue
    seen[FILENAME, path]
    print FILENAME "\t" path
  }
}
