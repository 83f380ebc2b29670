/* Private to scr_review.c and review_*.c: what was answered, in a line each, and where each step runs. */
#ifndef KWIZ_UI_REVIEW_H
#define KWIZ_UI_REVIEW_H

#include "base/buf.h"
#include "model/plan.h"
#include "ui/role.h"
#include "wizard/wizard.h"

#define REVIEW_TEXT_MAX ((size_t)16 * 1024)

/* Append what was answered in a section, for one line. Returns how it is to be painted. */
enum text_role review_tell_section(struct wizard *wizard, enum section section, struct buf *out);
/* Append where a step runs: "6 hosts", "kub-master-[2-3]", "control-plane (30)"; names only where they take at most columns. */
void review_tell_targets(const struct plan *plan, size_t step, int columns, struct buf *out);
/* What the steps fetch from elsewhere for the hosts as they are: a line for each, with its step; and, in short, from which servers (appended, each once). */
void review_tell_downloads(struct wizard *wizard, struct strv *lines, struct buf *places);
/* Hosts and, by number, the steps that run on each; malloc'd lines. */
char *review_grid(const struct plan *plan);
/* Hosts on which something is done. */
size_t review_host_count(const struct plan *plan);

#endif
