# shellcheck shell=sh
# Small edits of TOML, enough for containerd's configuration: a key with a value on one line, in a section with a header of its own. How a
# header is quoted and blanks do not matter.

# toml_set SECTION KEY VALUE: standard input to standard output; SECTION '' is the top. Adds key and section where they are missing.
toml_set() {
    TOML_SECTION=$1 TOML_KEY=$2 TOML_VALUE=$3 awk '
        function bare(text) { gsub(/[ \t]/, "", text); gsub(/"/, "\047", text); return text }
        function header(text) {
            if (text !~ /^[ \t]*\[[^\[].*\][ \t]*(#.*)?$/) return 0
            sub(/[ \t]*#.*$/, "", text); sub(/^[ \t]*\[/, "", text); sub(/\][ \t]*$/, "", text)
            name = bare(text)
            return 1
        }
        { line[NR] = $0; where[NR] = at }
        header($0) { at = name; where[NR] = at; if (at == want && !first) first = NR }
        BEGIN { want = bare(ENVIRON["TOML_SECTION"]); key = ENVIRON["TOML_KEY"]; value = ENVIRON["TOML_VALUE"]; at = "" }
        END {
            for (i = 1; i <= NR; i++)
                if (where[i] == want && line[i] ~ ("^[ \t]*" key "[ \t]*=")) { hit = i; break }
            if (want == "" && !hit) print key " = " value
            for (i = 1; i <= NR; i++) {
                if (i == hit) { match(line[i], /^[ \t]*/); print substr(line[i], 1, RLENGTH) key " = " value; continue }
                print line[i]
                if (!hit && want != "" && i == first) { match(line[i], /^[ \t]*/); print substr(line[i], 1, RLENGTH) "  " key " = " value }
            }
            if (!hit && want != "" && !first) print "\n[" ENVIRON["TOML_SECTION"] "]\n  " key " = " value
        }'
}

# toml_get SECTION KEY: the value as it is written; 1 when it is not there. Reads all of its input, so that no writer dies of a closed pipe.
toml_get() {
    TOML_SECTION=$1 TOML_KEY=$2 awk '
        function bare(text) { gsub(/[ \t]/, "", text); gsub(/"/, "\047", text); return text }
        BEGIN { want = bare(ENVIRON["TOML_SECTION"]); key = ENVIRON["TOML_KEY"]; at = "" }
        /^[ \t]*\[[^\[].*\][ \t]*(#.*)?$/ { text = $0; sub(/[ \t]*#.*$/, "", text); sub(/^[ \t]*\[/, "", text); sub(/\][ \t]*$/, "", text); at = bare(text); next }
        !found && at == want && $0 ~ ("^[ \t]*" key "[ \t]*=") { sub(/^[^=]*=[ \t]*/, ""); sub(/[ \t]+$/, ""); print; found = 1 }
        END { exit !found }'
}
