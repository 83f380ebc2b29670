#include "spell/network.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void clear_host_bits(struct network *network)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned keep = network->prefix >= (i + 1) * 8 ? 8 : network->prefix > i * 8 ? network->prefix - i * 8 : 0;
        network->bytes[i] &= (unsigned char)(0xff00U >> keep);
    }
}

static bool parse_address(const char *text, struct network *network)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    *network = (struct network){0};
    if (inet_pton(AF_INET, text, network->bytes) == 1) {
        network->prefix = 32;
        return true;
    }
    if (inet_pton(AF_INET6, text, network->bytes) != 1)
        return false;
    network->is_v6 = memcmp(network->bytes, mapped, sizeof mapped) != 0;
    network->prefix = network->is_v6 ? 128 : 32;
    if (!network->is_v6) {
        memmove(network->bytes, network->bytes + 12, 4);
        memset(network->bytes + 4, 0, 12);
    }
    return true;
}

bool network_parse(const char *text, struct network *network)
{
    char address[INET6_ADDRSTRLEN];
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    if (len >= sizeof address)
        return false;
    memcpy(address, text, len);
    address[len] = '\0';
    if (!parse_address(address, network))
        return false;
    if (!slash)
        return true;
    size_t digits = strspn(slash + 1, "0123456789");
    bool was_v6 = strchr(address, ':') != NULL;
    unsigned long prefix = digits && digits <= 3 && !slash[1 + digits] ? strtoul(slash + 1, NULL, 10) : 999;
    if (prefix > (was_v6 ? 128 : 32))
        return false;
    if (was_v6 && !network->is_v6 && prefix >= 96) {
        prefix -= 96;
    } else if (was_v6 && !network->is_v6) { /* wider than the mapped addresses */
        network->is_v6 = true;
        inet_pton(AF_INET6, address, network->bytes);
    }
    network->prefix = (unsigned)prefix;
    clear_host_bits(network);
    return true;
}

bool network_holds(const struct network *outer, const struct network *inner)
{
    struct network cut = *inner;
    if (outer->is_v6 != inner->is_v6 || outer->prefix > inner->prefix)
        return false;
    cut.prefix = outer->prefix;
    clear_host_bits(&cut);
    return memcmp(cut.bytes, outer->bytes, sizeof cut.bytes) == 0;
}

bool network_overlap(const struct network *a, const struct network *b)
{
    return network_holds(a, b) || network_holds(b, a); /* blocks of powers of two overlap only so */
}

const char *network_text(const struct network *network, char *out)
{
    char address[INET6_ADDRSTRLEN] = "";
    inet_ntop(network->is_v6 ? AF_INET6 : AF_INET, network->bytes, address, sizeof address);
    snprintf(out, NETWORK_TEXT_MAX, "%s/%u", address, network->prefix);
    return out;
}

bool network_suggest(const struct network *like, bool (*is_free)(const void *context, const struct network *network), const void *context,
                     struct network *found)
{
    static const char *const v4[] = {"10.244.0.0",  "10.200.0.0",  "10.96.0.0",  "10.112.0.0",  "172.20.0.0", "172.24.0.0",
                                     "192.168.128.0", "192.168.0.0", "100.64.0.0", "100.96.0.0", "10.0.0.0", "10.128.0.0"};
    static const char *const v6[] = {"fd00:10:244::", "fd00:10:96::", "fd00:172:20::", "fd01::", "fd80::"};
    unsigned most = like->is_v6 ? 48 : 16;
    for (unsigned prefix = like->prefix; prefix == like->prefix || prefix <= most; prefix++)
        for (size_t i = 0; i < (like->is_v6 ? sizeof v6 / sizeof *v6 : sizeof v4 / sizeof *v4); i++) {
            struct network base;
            parse_address(like->is_v6 ? v6[i] : v4[i], &base);
            *found = base;
            found->prefix = prefix;
            clear_host_bits(found);
            /* what grew out of the block of private addresses that it was to lie in would be of no use */
            unsigned least = like->is_v6 ? 8 : base.bytes[0] == 10 ? 8 : base.bytes[0] == 172 ? 12 : base.bytes[0] == 100 ? 10 : 16;
            if (prefix >= least && is_free(context, found))
                return true;
        }
    return false;
}
