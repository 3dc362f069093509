// The pieces of a checkpoint: what is written is read back, also from several ranges and from version 1, and
// a file that is not a piece of this model is refused by name.
#include "training/optimise/piece.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "store/hdf5.hpp"
#include "support/temporary_folder.hpp"

namespace srl::training {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Arrays {
  std::vector<float> weights = std::vector<float>(10), first = std::vector<float>(10),
                     second = std::vector<float>(10);
  Arrays() {
    std::iota(weights.begin(), weights.end(), 1.0F);
    std::iota(first.begin(), first.end(), 100.0F);
    std::iota(second.begin(), second.end(), 1000.0F);
  }
};

std::string error_of(const std::filesystem::path& file) {
  try {
    const PieceReader reader(file);
    std::vector<double> values(1);
    reader.read<double>(PieceArray::weights, 0, values);
  } catch (const BadInput& error) { return error.what(); }
  return "no error";
}

std::vector<float> read(const PieceReader& reader, PieceArray array, std::uint64_t first, std::size_t count) {
  std::vector<float> values(count);
  reader.read<float>(array, first, values);
  return values;
}

TEST(Piece, IsReadBackFromItsRanges) {
  const test::TemporaryFolder folder;
  const Arrays arrays;
  const PieceInfo info = write_piece<float>(folder.path(), 7,
                                            {.elements = 100,
                                             .ranges = {{20, 4}, {60, 6}},
                                             .weights = arrays.weights,
                                             .first_moment = arrays.first,
                                             .second_moment = arrays.second});
  const auto file = folder.path() / info.file;
  EXPECT_EQ(info.file, "rank_00007.safetensors");
  EXPECT_EQ(info.bytes, std::filesystem::file_size(file));
  EXPECT_EQ(info.xxh3_128, file_checksum(file.string()));
  const PieceReader reader(file);
  EXPECT_EQ(reader.elements(), 100U);
  ASSERT_EQ(reader.ranges().size(), 2U);
  EXPECT_EQ(reader.ranges()[1].begin, 60U);
  EXPECT_EQ(reader.ranges()[1].count, 6U);
  EXPECT_EQ(read(reader, PieceArray::weights, 0, 10), arrays.weights);
  EXPECT_THAT(read(reader, PieceArray::first_moment, 3, 2), ElementsAre(103, 104));
  EXPECT_THAT(read(reader, PieceArray::second_moment, 8, 2), ElementsAre(1008, 1009));
  EXPECT_THROW(read(reader, PieceArray::weights, 8, 3), BadInput);
}

TEST(Piece, OfVersionOneIsStillRead) {
  const test::TemporaryFolder folder;
  const Arrays arrays;
  const auto file = folder.path() / "rank_00000.h5";
  store::Writer writer(file);
  writer.attribute("/", "format", "srl-checkpoint");
  writer.attribute("/", "version", std::int64_t{1});
  writer.attribute("/", "begin", std::int64_t{30});
  writer.attribute("/", "elements", std::int64_t{40});
  writer.dataset<float>("/weights", arrays.weights);
  writer.dataset<float>("/first_moment", arrays.first);
  writer.dataset<float>("/second_moment", arrays.second);
  writer.close();
  const PieceReader reader(file);
  EXPECT_EQ(reader.elements(), 40U);
  ASSERT_EQ(reader.ranges().size(), 1U);
  EXPECT_EQ(reader.ranges()[0].begin, 30U);
  EXPECT_EQ(read(reader, PieceArray::weights, 0, 10), arrays.weights);
  EXPECT_THAT(read(reader, PieceArray::second_moment, 8, 2), ElementsAre(1008, 1009));
}

TEST(Piece, ThatIsNotOneIsRefusedByName) {
  const test::TemporaryFolder folder;
  const Arrays arrays;
  const PieceContent<float> content{.elements = 100,
                                    .ranges = {{20, 10}},
                                    .weights = arrays.weights,
                                    .first_moment = arrays.first,
                                    .second_moment = arrays.second};
  const auto file = folder.path() / write_piece<float>(folder.path(), 0, content).file;
  EXPECT_THAT(error_of(file), HasSubstr("rank_00000.safetensors: weights has another element type"));
  const std::string whole = read_file(file);
  for (const std::string& damaged :
       {std::string(), std::string("short"), whole.substr(0, 40), whole.substr(0, whole.size() - 1),
        std::string(whole).replace(whole.find("[[20,"), 5, "[[95,"), std::string(8, '\xff') + whole.substr(8),
        std::string(whole).replace(whole.find("ranges"), 6, "rangez")}) {
    write_file_atomically(file, damaged);
    EXPECT_THAT(error_of(file), HasSubstr("rank_00000.safetensors: ")) << damaged.substr(0, 20);
  }
}

}  // namespace
}  // namespace srl::training
