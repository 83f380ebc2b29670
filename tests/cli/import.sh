# shellcheck shell=bash
# kwiz answers import.

IMPORT=("$KWIZ" answers import --spells "$SPELLS")

test_kubespray_ini() {
	cat >inventory.ini <<-'E'
		# as kubespray's sample
		[all]
		node1 ansible_host=10.0.0.1 ip=10.0.0.1 etcd_member_name=etcd1 ansible_python_interpreter=/usr/bin/python3
		node[2:3] ansible_user='ops'   ; a comment is none here
		node2 ansible_host=10.0.0.2
		node3 ansible_host="10.0.0.3" ip=10.0.0.3 ansible_port=2222
		[all:vars]
		ansible_user = ubuntu # who
		ansible_become_password=hunter2
		[kube_control_plane]
		node1
		[etcd]
		node1
		[kube_node]
		node[2:3]
		[bastion]
		gate ansible_host=10.0.0.9
		[k8s_cluster:children]
		kube_control_plane
		kube_node
	E
	expect 0 "${IMPORT[@]}" inventory.ini -o a.yaml
	has err 'inventory.ini:3:29: the variable "ip" was left out' 'inventory.ini:12:2: the group "etcd" was left out: the topology "single" has no role' \
		'inventory.ini:16:2: the group "bastion" was left out' 'inventory.ini:17:1: the host "gate" was left out: none of its groups has a role' \
		'the variable "ansible_become_password" was left out'
	lacks err hunter2
	lacks a.yaml hunter2
	[ "$(grep -c '"ip"' err)" -eq 1 ]
	expect 0 "$KWIZ" answers validate -v a.yaml --spells "$SPELLS"
	grep -Eq '^  node1 +10.0.0.1 +control-plane$' out
	grep -Eq '^  node3 +10.0.0.3 +worker$' out
	has a.yaml 'port: 2222' 'user: ops' 'user: ubuntu'
	expect 2 "${IMPORT[@]}" inventory.ini -o a.yaml
	has err 'a.yaml is there already'
}

test_yaml_and_formats() {
	printf 'all:\n  hosts: {m: {ansible_host: 10.0.0.1}, w: {ansible_host: 10.0.0.2, x: 1}}\n  children:\n    kube_control_plane: {hosts: {m: }}\n    kube_node: {hosts: {w: }}\n' >i.yaml
	expect 0 "${IMPORT[@]}" i.yaml
	has out 'name: m' 'address: "10.0.0.2"' 'roles: [control-plane]' 'roles: [worker]'
	has err 'i.yaml:2:68: the variable "x" was left out'
	printf 'roles,name,address\n"control-plane,worker",m,10.0.0.1\n' >t.csv
	expect 0 "${IMPORT[@]}" t.csv
	has out 'roles: [control-plane, worker]'
	printf 'Host gate web *.x\n  User ops\nInclude more\nHost *\n' >config
	expect 0 "${IMPORT[@]}" config
	has out 'name: gate' 'address: web'
	has err 'config:3:1: Include is not followed' 'config:1:6: 2 hosts have no roles yet'
	printf 'm 10.0.0.1 control-plane\nw-[1-2] 10.0.1.[1-2] wroker\n' >lines
	expect 0 "${IMPORT[@]}" lines
	has err 'lines:2:22: roles: expected one of control-plane, worker; found the text "wroker"; did you mean "worker"?'
	expect 3 "${IMPORT[@]}" --format csv lines
	has err 'expected a header with the column "name" at least'
	expect 2 "${IMPORT[@]}" --format xml lines
	expect 3 "${IMPORT[@]}" --topology sinlge lines
	has err 'did you mean "single"?'
}

test_hostile() {
	expect 3 "${IMPORT[@]}" gone
	has err 'gone: cannot open the file'
	truncate -s 100M big
	expect 3 "${IMPORT[@]}" big
	has err 'the file has 104857600 bytes'
	printf '[masters]\nm\0x\n' >nul
	expect 3 "${IMPORT[@]}" nul
	has err 'nul:2:2: expected text, found the byte 0x00'
	: >empty
	expect 3 "${IMPORT[@]}" empty
	has err 'no hosts were found'
	printf '[nodes]\nn[1:1000000]\n' >many
	expect 3 "${IMPORT[@]}" many
	has err 'many:2:2: name: this range would be 1000000 hosts; at most 1000 may be'
	printf '[a:children]\nb\n[b:children]\na\n[nodes]\nn1\n' >circle
	expect 0 "${IMPORT[@]}" circle
	has err 'circle:4:1: the group "a" can'\''t be a child of "b": that would be a circle'
	printf 'all: &a\n  children: *a\n' >bomb.yaml
	expect 3 "${IMPORT[@]}" bomb.yaml
	has err 'bomb.yaml:1:6: anchors'
	awk 'BEGIN { while (n++ < 20000) print "h[1:1000]" }' >flood
	expect 3 "${IMPORT[@]}" flood
	has err 'flood:21:1: hosts in groups: expected at most 20000, found more'
}
