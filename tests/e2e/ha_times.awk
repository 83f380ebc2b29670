# usage: awk -f ha_times.awk TASKS        TASKS: lines "INDEX STEP HOST MILLISECONDS NEEDS", NEEDS = indexes with commas between them, or -; last a line
# "wall MILLISECONDS". Prints how long each step took at most, and the longest chain of tasks against wall time; fails where wall time is above 1.15 of it.
$1 == "wall" { wall = $2; next }
{
    step[$1] = $2; host[$1] = $3; took[$1] = $4; count = NR
    if (!($2 in most)) order[++steps] = $2
    if ($4 + 0 > most[$2] + 0 || !($2 in most)) most[$2] = $4
    at = 0; from[$1] = -1
    n = split($5, need, ",")
    for (i = 1; i <= n; i++)
        if (need[i] != "-" && end[need[i]] > at) { at = end[need[i]]; from[$1] = need[i] }
    # serial: 1
    if ($2 == "join-control-plane") { if (serial != "" && end[serial] > at) { at = end[serial]; from[$1] = serial } serial = $1 }
    end[$1] = at + $4
    if (end[$1] > longest) { longest = end[$1]; last = $1 }
}
END {
    for (i = 1; i <= steps; i++) printf "# %-20s %6.1f s at most\n", order[i], most[order[i]] / 1000
    for (task = last; task != -1 && task != ""; task = from[task]) chain = step[task] " on " host[task] " " sprintf("%.1f", took[task] / 1000) (chain ? ", " chain : "")
    printf "# longest chain %.1f s: %s\n# wall time %.1f s, %.2f of it\n", longest / 1000, chain, wall / 1000, wall / longest
    exit !(longest > 0 && wall <= 1.15 * longest)
}
