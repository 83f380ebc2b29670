/* The wizard's sections, in their order. */
#ifndef KWIZ_WIZARD_SECTION_H
#define KWIZ_WIZARD_SECTION_H

enum section {
    SECTION_WELCOME, SECTION_SPELL, SECTION_TOPOLOGY, SECTION_HOSTS, SECTION_ACCESS, SECTION_REQUIREMENTS, SECTION_OPTIONS, SECTION_REVIEW,
    SECTION_RUN, SECTION_SUMMARY,
};
#define SECTIONS 10
#define SECTION_NONE SECTIONS

/* "Welcome", "Hosts" ... translated. */
const char *section_name(enum section section);

#endif
