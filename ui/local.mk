noinst_LIBRARIES += libui.a
libui_a_CPPFLAGS = $(AM_CPPFLAGS) $(NCURSES_CFLAGS)
libui_a_SOURCES = \
	ui/role.h \
	ui/canvas.c ui/canvas.h \
	ui/theme.c ui/theme.h \
	ui/look.c ui/look.h \
	ui/keys.c ui/keys.h \
	ui/keymap.c ui/keymap.h \
	ui/term.c ui/term.h \
	ui/tty.c ui/tty.h \
	ui/term_extra.c ui/term_extra.h \
	ui/term_restore.c ui/term_restore.h \
	ui/log_reader.c ui/log_reader.h \
	ui/fold.c ui/fold.h \
	ui/digest.c ui/digest.h \
	ui/news.c ui/news.h \
	ui/field.c ui/field.h \
	ui/actions.h \
	ui/view.c ui/view.h \
	ui/tail.c ui/tail.h \
	ui/rows.c ui/rows.h \
	ui/run_head.c ui/run_head.h \
	ui/run_list.c ui/run_list.h \
	ui/run_keys.c ui/run_keys.h \
	ui/log_pane.c ui/log_pane.h \
	ui/diagnosis.c ui/diagnosis.h \
	ui/log_filter.c ui/log_filter.h \
	ui/log_save.c ui/log_save.h \
	ui/osc52.c ui/osc52.h \
	ui/match.c ui/match.h \
	ui/text_pane.c ui/text_pane.h \
	ui/scr_text.c ui/scr_script.c \
	ui/screens.h \
	ui/page.c ui/page.h \
	ui/finder.c ui/finder.h \
	ui/path_field.c ui/path_field.h \
	ui/welcome.h ui/welcome_about.c ui/scr_welcome.c \
	ui/scr_spell.c \
	ui/topology_picture.c ui/topology_picture.h ui/scr_topology.c \
	ui/scr_hosts.c ui/scr_import.c ui/hosts_page.h ui/hosts_draw.c ui/hosts_cell.c ui/hosts_rows.c \
	ui/table.c ui/table.h ui/marks.c ui/marks.h \
	ui/band.c ui/band.h ui/access_row.c ui/access_row.h ui/scr_access.c \
	ui/scr_host_keys.c ui/scr_reason.c ui/scr_credential.c ui/scr_sudo_user.c \
	ui/check_list.c ui/check_list.h ui/check_draw.c ui/check_draw.h ui/acceptance.c ui/acceptance.h ui/scr_requirements.c ui/scr_check.c ui/scr_mend.c \
	ui/form.c ui/form.h ui/form_draw.c ui/options_form.c ui/options_form.h ui/scr_options.c ui/scr_choices.c \
	ui/review.h ui/review_plan.c ui/review_sections.c ui/scr_review.c \
	ui/scr_quit.c ui/scr_save.c ui/scr_summary.c \
	ui/scr_run.c ui/scr_log.c ui/scr_failed.c ui/scr_leave.c ui/scr_help.c ui/scr_small.c \
	ui/app.c ui/app.h
