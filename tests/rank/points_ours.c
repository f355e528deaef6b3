/* points_ours FILE: our own points as a file, for the tests that say what such a file changes: nothing. */
#include "schemas/points.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct mt_points *points;
    char error[256];

    if (argc != 2 || mt_points_create(&points) != MT_OK)
        return 2;
    enum mt_status status = mt_points_write(points, argv[1], "ours", error);
    mt_points_destroy(points);
    return status == MT_OK ? 0 : 1;
}
