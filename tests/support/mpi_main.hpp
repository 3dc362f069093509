#pragma once
// For tests that run under mpirun: the session lives in mpi_main.cpp, tests ask for its world.
#include "comm/communicator.hpp"

namespace srl {
comm::Communicator test_world();
}
