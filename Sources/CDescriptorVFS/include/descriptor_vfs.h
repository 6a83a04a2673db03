#ifndef MUSTER_DESCRIPTOR_VFS_H
#define MUSTER_DESCRIPTOR_VFS_H

/* Databases that are read through a file that is open already (https://www.sqlite.org/vfs.html).
 *
 * SQLite opens files by their names, and takes a `-wal` or a `-journal` beside a name for a part of the database. A file
 * that was open before it was judged, and is all there is, is named "file:N?vfs=muster-descriptor&immutable=1" instead,
 * where N is the number of its descriptor: nothing is looked up by name, nothing is locked, and nothing can be written.
 * SQLite reads by a duplicate of the descriptor, which goes with the connection. */

/* Makes the name known to SQLite; to be called once, after sqlite3_config. SQLITE_OK, or one of SQLite's errors. */
int descriptor_vfs_register(void);

#endif
