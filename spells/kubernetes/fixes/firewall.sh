# shellcheck shell=sh
# Opens the ports that the cluster needs, on the firewall that is at work here (firewalld, ufw, nftables), for the other hosts of the answers and for pods,
# for nobody else: who reaches services or the API server from outside is let in by the operator. Nothing is disabled, no rule of others is changed. Reset
# removes exactly what was added. Rules that were made with iptables itself are not touched.
changes_begin
undo_folder
firewall_open
changes_tell
