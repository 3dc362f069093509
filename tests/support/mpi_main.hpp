#pragma once
// For tests that run under mpirun. The session is in mpi_main.cpp, and tests get its world communicator here.
#include "comm/communicator.hpp"

namespace srl {
comm::Communicator test_world();
}
