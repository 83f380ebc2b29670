/* The script that measures; the text of spells/lib/facts.sh is built in, as spells may come from anywhere. */
#include "spell/requirement.h"

#include <stdlib.h>

#include "base/mem.h"
#include "spell/spell.h"

#include "spell/facts_sh.h"

static void add(struct strv *list, const char *path)
{
    if (!strv_has(list, path))
        strv_add(list, path);
}

char *requirement_script(const struct spell *spell)
{
    struct strv disks = {0}, paths = {0};
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *r = &spell->requirements[i];
        if (r->measure == MEASURE_DISK)
            add(&disks, r->path);
        for (size_t j = 0; j < r->paths.count; j++)
            add(&paths, r->paths.items[j]);
    }
    /* requirement_read() let no character through that means anything to a shell */
    char *all_disks = strv_join(&disks, " "), *all_paths = strv_join(&paths, " ");
    char *script = mem_printf("kwiz_disks='%s'\nkwiz_paths='%s'\n%s", all_disks, all_paths, facts_sh);
    free(all_disks);
    free(all_paths);
    strv_done(&disks);
    strv_done(&paths);
    return script;
}
