#include "data_prep/read/parquet_rows.hpp"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>

#include <fstream>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

constexpr int deepest = 32;

[[noreturn]] void fail(const std::filesystem::path& file, const arrow::Status& status) {
  throw BadInput(cat(file.string(), ": cannot be read as Parquet: ", status.message()));
}

std::unique_ptr<parquet::arrow::FileReader> opened(const std::filesystem::path& file) {
  try {
    auto source = arrow::io::ReadableFile::Open(file.string());
    if (!source.ok()) { fail(file, source.status()); }
    auto reader = parquet::arrow::OpenFile(*source, arrow::default_memory_pool());
    if (!reader.ok()) { fail(file, reader.status()); }
    return std::move(*reader);
  } catch (const parquet::ParquetException& error) {
    throw BadInput(cat(file.string(), ": cannot be read as Parquet: ", error.what()));
  }
}

Json text_value(std::string_view text) {
  return Json(is_valid_utf8(text) ? std::string(text) : repair_utf8(text));
}

Json value_of(const arrow::Array& array, std::int64_t i, int depth);

Json list_value(const arrow::Array& values, std::int64_t begin, std::int64_t end, int depth) {
  Json::Array items;
  for (std::int64_t k = begin; k < end; ++k) { items.push_back(value_of(values, k, depth + 1)); }
  return Json(std::move(items));
}

Json value_of(const arrow::Array& array, std::int64_t i, int depth) {
  if (array.IsNull(i) || depth > deepest) { return Json(); }
  switch (array.type_id()) {
    case arrow::Type::STRING: return text_value(static_cast<const arrow::StringArray&>(array).GetView(i));
    case arrow::Type::LARGE_STRING:
      return text_value(static_cast<const arrow::LargeStringArray&>(array).GetView(i));
    case arrow::Type::BOOL: return Json(static_cast<const arrow::BooleanArray&>(array).Value(i));
    case arrow::Type::INT64: return Json(static_cast<const arrow::Int64Array&>(array).Value(i));
    case arrow::Type::DOUBLE: return Json(static_cast<const arrow::DoubleArray&>(array).Value(i));
    case arrow::Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(array);
      return list_value(*list.values(), list.value_offset(i), list.value_offset(i + 1), depth);
    }
    case arrow::Type::LARGE_LIST: {
      const auto& list = static_cast<const arrow::LargeListArray&>(array);
      return list_value(*list.values(), list.value_offset(i), list.value_offset(i + 1), depth);
    }
    case arrow::Type::STRUCT: {
      const auto& row = static_cast<const arrow::StructArray&>(array);
      Json object = Json::object();
      for (int f = 0; f < row.num_fields(); ++f) {
        object[row.struct_type()->field(f)->name()] = value_of(*row.field(f), i, depth + 1);
      }
      return object;
    }
    default: {
      const auto scalar = array.GetScalar(i);
      if (!scalar.ok()) { return Json(); }
      const std::string text = (*scalar)->ToString();
      // Numbers of other widths are parsed from their text.
      char* end = nullptr;
      if (arrow::is_integer(array.type_id())) { return Json(std::strtoll(text.c_str(), &end, 10)); }
      if (arrow::is_floating(array.type_id())) { return Json(std::strtod(text.c_str(), &end)); }
      return text_value(text);
    }
  }
}

}  // namespace

bool is_parquet(const std::filesystem::path& file) {
  char first[4] = {};
  std::ifstream(file, std::ios::binary).read(first, sizeof first);
  return std::string_view(first, sizeof first) == "PAR1";
}

std::int64_t parquet_groups(const std::filesystem::path& file) {
  return opened(file)->num_row_groups();
}

void read_parquet(const std::filesystem::path& file, std::int64_t group,
                  const std::function<void(const Json&, std::int64_t)>& row) {
  const auto reader = opened(file);
  std::int64_t number = 0;
  for (int g = 0; g < group; ++g) { number += reader->parquet_reader()->metadata()->RowGroup(g)->num_rows(); }
  const auto table = reader->ReadRowGroup(group);
  if (!table.ok()) { fail(file, table.status()); }
  arrow::TableBatchReader batches(**table);
  for (;;) {
    const auto batch = batches.Next();
    if (!batch.ok()) { fail(file, batch.status()); }
    if (*batch == nullptr) { return; }
    for (std::int64_t i = 0; i < (*batch)->num_rows(); ++i, ++number) {
      Json object = Json::object();
      for (int c = 0; c < (*batch)->num_columns(); ++c) {
        object[(*batch)->column_name(c)] = value_of(*(*batch)->column(c), i, 0);
      }
      row(object, number);
    }
  }
}

}  // namespace srl::data_prep
