# shellcheck shell=bash
# Files of /proc that are one for the whole machine and that hosts get of their own: what a host writes there, and what it
# is told, must not be the machine's.

# Copies the machine's settings that no namespace divides, once for the lab: all of /proc/sys but net.
stand_in_make() {
	local dir file to
	mkdir "$RUN/sys"
	for dir in /proc/sys/*/; do
		dir=${dir%/}
		[ "$dir" != /proc/sys/net ] || continue
		while read -r file; do
			to=$RUN/sys/${file#/proc/sys/}
			mkdir -p "${to%/*}"
			# Some may only be written; some refuse.
			{ cat "$file" >"$to" || : >"$to"; } 2>/dev/null
		done < <(find "$dir" -xdev -type f ! -path '/proc/sys/kernel/random/*')
	done
	mkdir -p "$RUN/sys/kernel/random" "$RUN/sys/fs/binfmt_misc"
}

# What namespaces do divide, or what is another value each time, stays the kernel's.
stand_in_real_files() {
	local file
	for file in hostname domainname random shmmax shmall shmmni shm_rmid_forced msgmax msgmnb msgmni sem; do
		[ ! -e "/proc/sys/kernel/$file" ] || printf 'kernel/%s\n' "$file"
	done
}

# Gives host $1 fresh ones, as at every boot.
stand_in_host() {
	local mem cpus
	host_paths "$1"
	mem=$(<"$HOST/mem")
	cpus=$(<"$HOST/cpuset")
	mkdir -p "$HOST/proc"
	rm -rf "${HOST:?}/sys"
	cp -r "$RUN/sys" "$HOST/sys"
	printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' >"$HOST/proc/swaps"
	: >"$HOST/proc/sysrq-trigger"
	stand_in_meminfo "$mem" >"$HOST/proc/meminfo"
	if [ -n "$cpus" ]; then
		stand_in_cpuinfo "$cpus" >"$HOST/proc/cpuinfo"
	else
		rm -f "$HOST/proc/cpuinfo"
	fi
}

# The machine's /proc/meminfo with memory of $1 bytes and no swap. A picture taken at boot: free memory does not follow.
stand_in_meminfo() {
	awk -v kb=$(($1 / 1024)) '
		function line(name, value) { printf "%-16s%8d kB\n", name, value }
		/^MemTotal:/ { line($1, kb); next }
		/^Mem(Free|Available):/ { line($1, kb - kb / 20); next }
		/^Swap/ || /^Zswap/ || /^Zswapped/ { line($1, 0); next }
		/^CommitLimit:/ { line($1, kb / 2); next }
		/kB$/ && $2 > kb / 20 && !/^Vmalloc/ && !/^DirectMap/ { line($1, kb / 40); next }
		{ print }' /proc/meminfo
}

# The machine's /proc/cpuinfo with only the processors in list $1 (1,3).
stand_in_cpuinfo() {
	awk -v list=",$1," '
		/^processor/ { shown = index(list, "," $3 ",") }
		shown { print }' /proc/cpuinfo
}
