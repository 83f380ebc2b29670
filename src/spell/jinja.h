/* Text in files of Ansible, which evaluates what looks like a template of Jinja. */
#ifndef KWIZ_SPELL_JINJA_H
#define KWIZ_SPELL_JINJA_H

/* Text that comes out of one evaluation as it is, whatever it holds; malloc'd. Text without templates stays as it is. */
char *jinja_literal(const char *text);
/* What jinja_literal() was given; malloc'd. Other templates are left in the text. */
char *jinja_unquote(const char *text);

#endif
