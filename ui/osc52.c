#include "ui/osc52.h"

#include <stdint.h>

bool osc52_add(const char *text, size_t len, struct buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (len > OSC52_MAX_BYTES)
        return false;
    buf_adds(out, "\033]52;c;");
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t three = (uint32_t)(unsigned char)text[i] << 16;
        three |= left > 1 ? (uint32_t)(unsigned char)text[i + 1] << 8 : 0;
        three |= left > 2 ? (uint32_t)(unsigned char)text[i + 2] : 0;
        char four[4] = {digits[three >> 18], digits[three >> 12 & 63], left > 1 ? digits[three >> 6 & 63] : '=',
                        left > 2 ? digits[three & 63] : '='};
        buf_add(out, four, sizeof four);
    }
    buf_adds(out, "\a");
    return true;
}
