#pragma once
// Whether the results of a job have reached stdout. Used only inside this room.

namespace srl::job {

/// From now on a closed pipe is an error of write(2) and does not kill the process.
void outlive_closed_pipes();

/// Writes out what stdout still holds. False, with a message on stderr, when any output of this process could
/// not be written (a full disk, a closed pipe).
bool output_is_written();

}  // namespace srl::job
