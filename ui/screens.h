/* Every screen's constructor. A screen is owned by the view it is pushed onto. */
#ifndef KWIZ_UI_SCREENS_H
#define KWIZ_UI_SCREENS_H

#include <stddef.h>

#include "ui/view.h"

struct requirement;
struct wizard_check;

/* Hosts x steps, and the log of the one that has the focus. */
struct screen *scr_run_new(struct view *view);
/* The whole log of a task. */
struct screen *scr_log_new(struct view *view, size_t task);
/* Why a task failed, and what can be done. */
struct screen *scr_failed_new(struct view *view, size_t task);
/* Stay, leave it running, leave when the running steps end, abort. */
struct screen *scr_leave_new(struct view *view);
/* Keys, signs and words of a screen. */
struct screen *scr_help_new(struct view *view, const struct screen *about);
/* A text to be read: a README, a file, a script. name and subject (row 1, printable, translated) are copied; owned_text, malloc'd, of any
 * bytes, is taken over. Needs no run. */
struct screen *scr_text_new(struct view *view, const char *name, const char *subject, char *owned_text);
/* Number count lines of it, from line first (from 0) on, as 1, 2, 3; for up to TEXT_PANE_PARTS parts. */
void scr_text_number(struct screen *screen, size_t first, size_t count);
/* A task's script as it runs, under the variables of its host and the names of its secrets. Needs no run, and copies from the plan. */
struct screen *scr_script_new(struct view *view, const struct plan *plan, size_t task);
/* The same of a step before it runs: what is the same on all its hosts once, and what each has of its own. */
struct screen *scr_step_script_new(struct view *view, const struct plan *plan, size_t step);
/* What stands where after a run, what next. */
struct screen *scr_summary_new(struct view *view, const char *text); /* copied */

/* The wizard's pages; page_new() knows which is which. */
struct screen *scr_welcome_new(struct view *view);
struct screen *scr_spell_new(struct view *view);
struct screen *scr_topology_new(struct view *view);
struct screen *scr_hosts_new(struct view *view);
struct screen *scr_access_new(struct view *view);
struct screen *scr_requirements_new(struct view *view);
struct screen *scr_options_new(struct view *view);
struct screen *scr_review_new(struct view *view);

/* What was understood of a text with hosts, before it goes into the table. name: of the file, "" = what was pasted; bytes: copied. */
struct screen *scr_import_new(struct view *view, const char *name, const char *bytes, size_t len);
/* The same for lines that the table was edited as, and that are to take its place; text: copied. */
struct screen *scr_import_edited_new(struct view *view, const char *text);
/* New host keys, with their fingerprints, to be accepted one by one or all. */
struct screen *scr_host_keys_new(struct view *view);
/* Why this host was not reached, or root was refused there, and what can be done; a changed host key is not accepted here. */
struct screen *scr_reason_new(struct view *view, size_t host);
/* A password or passphrase that this host asks for, for all that want the same. */
struct screen *scr_credential_new(struct view *view, size_t host);
/* The offer to make a sudo user with the operator's public key on this host, or on all that are marked. */
struct screen *scr_sudo_user_new(struct view *view, const size_t *hosts, size_t count);
/* One check on all hosts: measured, wanted, cause, remedy. */
struct screen *scr_check_new(struct view *view, const struct requirement *requirement);
/* The script that mends what this check found, the hosts it would run on, and running it. false, having said why, where there is nothing to mend. */
bool scr_mend_open(struct view *view, const struct requirement *requirement);
/* The same of the check in focus (NULL: none), or of the gravest that can be mended on the host in focus (SIZE_MAX: none). */
void scr_mend_focused(struct view *view, const struct wizard_check *check, size_t host);
/* Save the answers in a file, whose name is asked for; then quit. */
struct screen *scr_save_new(struct view *view, bool quits);
/* The choices of a question (its index in the spell), to choose one. */
struct screen *scr_choices_new(struct view *view, size_t question);
/* Stay, save and quit, quit. */
struct screen *scr_quit_new(struct view *view);

/* What is shown instead of any screen when the terminal is too small. */
void scr_small_draw(const struct view *view, struct canvas *canvas);

#endif
