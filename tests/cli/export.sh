# shellcheck shell=bash
# kwiz export.

EXPORT=("$KWIZ" export --spells "$SPELLS")

# Hosts and ways to them as odd as answers allow.
odd_answers() {
	cat <<-'E'
		version: 1
		name: odd
		spell: kubernetes
		topology: single
		hosts:
		  - {name: "no", address: 10.0.0.1, roles: [control-plane], become: none}
		  - {name: "1e3", address: "fd00::33", roles: [worker], port: 2222, user: ops, jump: "me@gate:2200,[fd00::1]"}
		  - {name: localhost, address: "host.example.org", roles: [worker], jump: none}
		  - {name: here, address: local, roles: [worker]}
		ssh: {user: ubuntu, jump: gate, become: sudo, identity: ["~/k {{ 7 * 7 }} {% raw %} 'ключ", "/it's \"{% endraw %}\" {# \\ key"]}
		answers:
		  kubernetes_version: "1.35"
		  cni: bridge
		secrets:
		  sudo_password: "env:PASSWORD_FOR_SUDO"
		  ssh_password: "cmd:echo hunter2"
	E
}

hello() { # hello [LINE...]: answers for the spell hello, with these below the greeting
	printf '%s\n' 'version: 1' 'name: greetings' 'spell: hello' 'topology: any' 'hosts:' \
		'  - {name: a, address: 10.0.0.1, roles: [greeter]}' '  - {name: b, address: 10.0.0.2, roles: [greeter]}' 'ssh: {user: ops}' 'secrets: {password: "env:HELLO"}' \
		'answers:' "  greeting: \"{{ 7 * 7 }} it's #1 \\\"ü\\\"\"" "$@"
}

has_ansible() {
	command -v ansible-playbook >/dev/null || {
		skip "$1" "ansible-playbook is not installed"
		return 1
	}
	export HOME=$PWD ANSIBLE_LOCAL_TEMP=$PWD/temp ANSIBLE_NOCOLOR=1 LC_ALL=C.UTF-8
}

test_folder() {
	hello >a.yaml
	HELLO=hunter2 expect 0 "${EXPORT[@]}" --ansible new/ a.yaml
	has out 'new/: written'
	for file in inventory.yaml site.yaml reset.yaml ansible.cfg README.md group_vars/all.yaml kwiz/host.sh kwiz/hosts/a.vars steps/greet.sh steps/greet.check.sh undo/greet.sh; do
		[ -s "new/$file" ] || { echo "    new lacks $file"; return 1; }
	done
	[ "$(stat -c %a new)" = 755 ]
	# what can be done with what stands, as far as nothing has to be named for it
	[ "$(cd new && echo action-*)" = action-verify.yaml ] && [ -s new/actions/verify/verify.sh ]
	grep -aq -A1 'KWIZ_ACTION' new/kwiz/actions/verify.vars && grep -q 'kwiz_common: kwiz/actions/verify.vars' new/action-verify.yaml
	[ "$(grep -a -A1 KWIZ_ACTION new/kwiz/actions/reset.vars | tail -n 1)" = reset ] && ! grep -q kwiz_common new/site.yaml
	has new/README.md 'ansible-playbook action-verify.yaml' 'left to kwiz: add, remove, upgrade, renew.'
	# the same answers, the same bytes
	mkdir empty
	expect 0 "${EXPORT[@]}" --ansible empty a.yaml
	diff -r new empty
	# what is there is never written over
	echo mine >empty/site.yaml
	expect 2 "${EXPORT[@]}" --ansible empty a.yaml
	has err 'empty is there already and holds something; name a folder that is not there yet, or remove this one'
	[ "$(cat empty/site.yaml)" = mine ]
	expect 2 "${EXPORT[@]}" --ansible a.yaml a.yaml
	has err 'a.yaml is there already, and no folder'
	ln -s gone link
	expect 2 "${EXPORT[@]}" --ansible link a.yaml
	expect 8 "${EXPORT[@]}" --ansible gone/below a.yaml
	has err 'cannot make the folder gone/below: No such file or directory'
	expect 8 "${EXPORT[@]}" --ansible /proc/x a.yaml
	expect 2 "${EXPORT[@]}" a.yaml
	has err '--ansible FOLDER is wanted'
	expect 2 "${EXPORT[@]}" --ansible '' a.yaml
	# nothing half made stays
	[ "$(echo ./*)" = './a.yaml ./empty ./err ./link ./log ./new ./out' ]
}

test_bad_answers() {
	hello '  times: many' >a.yaml
	expect 3 "${EXPORT[@]}" --ansible new a.yaml
	has err 'a.yaml:12:10: times: expected an integer'
	hello >a.yaml
	sed -i 's/name: a,/name: all,/' a.yaml
	expect 3 "${EXPORT[@]}" --ansible new a.yaml
	has err 'a.yaml:6:5: Ansible can'\''t have a host called "all"'
	sed -i 's/name: all,/name: ungrouped,/' a.yaml
	expect 3 "${EXPORT[@]}" --ansible new a.yaml
	[ ! -e new ]
}

# Neither their values nor where they come from.
test_no_secrets() {
	odd_answers >a.yaml
	PASSWORD_FOR_SUDO=hunter2 expect 0 "${EXPORT[@]}" --ansible new a.yaml
	if grep -rE 'hunter2|PASSWORD_FOR_SUDO' new; then return 1; fi
	has new/README.md ansible_become_password ansible_password
	hello >a.yaml
	HELLO=hunter2 expect 0 "${EXPORT[@]}" --ansible hello a.yaml
	if grep -rE 'hunter2|HELLO' hello; then return 1; fi
	has hello/README.md kwiz_secret_password
}

test_inventory_comes_back() {
	odd_answers >a.yaml
	expect 0 "${EXPORT[@]}" --ansible new a.yaml
	expect 0 "$KWIZ" answers import --spells "$SPELLS" new/inventory.yaml -o b.yaml
	[ ! -s err ] || { cat err; return 1; }
	# once more, from what was imported: the same inventory
	sed -i -e 's/^name: .*/name: odd/' b.yaml
	expect 0 "${EXPORT[@]}" --ansible again b.yaml -s kubernetes_version=1.35 -s cni=bridge
	diff new/inventory.yaml again/inventory.yaml
}

test_inventory_is_understood() {
	has_ansible inventory_is_understood || return 0
	odd_answers >a.yaml
	expect 0 "${EXPORT[@]}" --ansible new a.yaml
	cd new || return
	expect 0 ansible-inventory --list
	[ ! -s err ] || { cat err; return 1; }
	python3 - <<-'E'
		import json
		told = json.load(open("out"))
		assert told["kwiz_hosts"]["hosts"] == ["no", "1e3", "localhost", "here"], told
		assert told["role_control_plane"]["hosts"] == ["no"] and told["role_worker"]["hosts"] == ["1e3", "localhost", "here"]
		hosts = told["_meta"]["hostvars"]
		assert hosts["1e3"]["ansible_host"] == "fd00::33" and hosts["1e3"]["ansible_port"] == 2222
		assert hosts["here"]["ansible_connection"] == "local"
		assert hosts["no"]["ansible_become"] is False and "ansible_become" not in hosts["1e3"]
	E
	# as ssh is called, after Ansible has evaluated it
	expect 0 ansible -m ansible.builtin.debug -a 'msg={{ [ansible_ssh_private_key_file, ansible_ssh_common_args] | to_json | b64encode }}' 1e3
	sed -n 's/.*"msg": "\(.*\)".*/\1/p' out | base64 -d >told
	python3 - <<-'E'
		import json, shlex
		key, arguments = json.load(open("told"))
		assert key == "~/k {{ 7 * 7 }} {% raw %} 'ключ", key
		assert shlex.split(arguments) == ["-o", "ProxyJump=me@gate:2200,[fd00::1]", "-o", "IdentityFile=/it's \"{% endraw %}\" {# \\ key"], arguments
	E
}

test_playbooks_are_understood() {
	local answers
	has_ansible playbooks_are_understood || return 0
	odd_answers >odd.yaml
	hello >hello.yaml
	sed -e 's/@[A-Z_]*@/x/g' "$TOP/spells/kubernetes/examples/ha.yaml" >ha.yaml
	for answers in odd hello ha; do
		expect 0 "${EXPORT[@]}" --ansible "$answers" "$answers.yaml"
		cd "$answers" || return
		expect 0 ansible-playbook --syntax-check site.yaml reset.yaml action-*.yaml
		[ ! -s err ] || { cat err; return 1; }
		expect 0 ansible-playbook --list-tasks site.yaml
		cd "$OLDPWD" || return
		"$KWIZ" plan --spells "$SPELLS" --json "$answers.yaml" >plan.json
		python3 -c 'import json; print("\n".join(step["id"] for step in json.load(open("plan.json"))["steps"]))' >steps
		sed -n 's/^  play #[0-9]* (.*): \([a-z0-9-]*\)\tTAGS: .*/\1/p' "$answers/out" >plays
		diff steps plays
	done
}
