/* What steps fetch from elsewhere, as the spell declares it. kwiz fetches none of it itself: it is told before a run. */
#ifndef KWIZ_SPELL_DOWNLOAD_H
#define KWIZ_SPELL_DOWNLOAD_H

#include "model/plan.h"
#include "spell/answers.h"
#include "spell/spell.h"
#include "spell/table_choice.h"
#include "spell/yaml.h"

#define DOWNLOADS_MAX 64 /* of a step */

/* The list below `downloads` of a step; errors are added. */
void downloads_read(const struct yaml_reader *reader, const struct yaml_node *map, struct step *step);
/* Do all {KEY} name a question, and `here`, `maybe_here` and `unneeded` what there is? map: the step in the file. */
void downloads_check(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct step *step);
/* Add the paths that are to be looked at, to tell whether the step has to fetch anything (fact_rules_wants). */
void downloads_want(const struct step *step, struct strv *disks, struct strv *paths);
void download_done(struct download *download);
/* Do all {KEY} of a text name a question, and none a password, and all {row.COLUMN} a column of row (NULL: there is no row)? Errors go to the reader, at
 * node. */
void download_check_text(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const struct spell *spell,
                         const struct table_choice *row, const char *text);
/* A text with {KEY} in it, filled in; malloc'd. */
char *download_fill(const char *text, const struct answers *answers);
/* What is to be fetched on this site: one thing, as many as rows were chosen, or none; whether its condition holds is not looked at. malloc'd; each for
 * plan_download_done(). spell: for the language. */
struct plan_download *download_expand(const struct spell *spell, const struct download *download, const struct answers *answers, size_t *count);
/* Does a host with these facts (NULL: nothing is known of it) have it already, or not need it? */
bool download_is_needless(const struct download *download, const struct facts *facts, const struct answers *answers);
/* Does the text name the question? */
bool download_names(const char *text, const char *key);
/* Those of a step that these answers want, with the answers filled in, appended to the plan's step. */
void downloads_plan(const struct spell *spell, const struct step *step, const struct answers *answers, struct plan_step *made);

#endif
