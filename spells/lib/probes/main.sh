# shellcheck shell=sh
# All of them side by side; each line is written at once, so that they do not mix.

probes() {
    echo 'facts 1'
    fsyncs &
    fsyncs_job=$!
    fetches &
    fetches_job=$!
    addresses_free &
    addresses_job=$!
    ways &
    wait_for 15 "$fsyncs_job" "$fetches_job" "$addresses_job" "$!"
    echo 'end 1'
}

# As the last line: of a script that came in half nothing is run. Nothing may read the rest of the script as its input.
watched probes </dev/null 2>/dev/null
