/* Every screen's constructor. A screen is owned by the view it is pushed onto. */
#ifndef KWIZ_UI_SCREENS_H
#define KWIZ_UI_SCREENS_H

#include <stddef.h>

#include "ui/view.h"

struct requirement;

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
/* New host keys, with their fingerprints, to be accepted one by one or all. */
struct screen *scr_host_keys_new(struct view *view);
/* A password or passphrase that this host asks for, for all that want the same. */
struct screen *scr_credential_new(struct view *view, size_t host);
/* The offer to make a sudo user with the operator's public key on this host, or on all that are marked. */
struct screen *scr_sudo_user_new(struct view *view, const size_t *hosts, size_t count);
/* One check on all hosts: measured, wanted, cause, remedy. */
struct screen *scr_check_new(struct view *view, const struct requirement *requirement);
/* Stay, save and quit, quit. */
struct screen *scr_quit_new(struct view *view);

/* What is shown instead of any screen when the terminal is too small. */
void scr_small_draw(const struct view *view, struct canvas *canvas);

#endif
