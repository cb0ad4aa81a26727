package org.sidereus.catalogs.infer;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.sidereus.engine.bundle.BundleIdentity;
import uk.ac.starlink.table.ColumnInfo;
import uk.ac.starlink.table.DefaultValueInfo;
import uk.ac.starlink.table.DescribedValue;
import uk.ac.starlink.table.RowListStarTable;
import uk.ac.starlink.table.StarTable;
import uk.ac.starlink.votable.DataFormat;
import uk.ac.starlink.votable.StringElementSizer;
import uk.ac.starlink.votable.VOSerializer;
import uk.ac.starlink.votable.VOSerializerConfig;
import uk.ac.starlink.votable.VOStarTable;
import uk.ac.starlink.votable.VOTableVersion;

/** Names, types, units and UCDs of columns, with the bundle, as STIL describes them. */
final class DescribedColumns {
  private final List<OutputColumn> columns;
  private final BundleIdentity bundle;

  DescribedColumns(List<OutputColumn> columns, BundleIdentity bundle) {
    this.columns = List.copyOf(columns);
    this.bundle = bundle;
  }

  /** A table without rows. */
  StarTable table() {
    ColumnInfo[] infos = new ColumnInfo[columns.size()];
    for (int i = 0; i < infos.length; i++) {
      OutputColumn column = columns.get(i);
      ColumnInfo info = new ColumnInfo(column.name(), type(column), column.description());
      if (!column.unit().isEmpty()) {
        info.setUnitString(column.unit());
      }
      if (!column.ucd().isEmpty()) {
        info.setUCD(column.ucd());
      }
      if (column.type() == OutputColumn.Type.TEXT) {
        // char is ASCII only
        info.setAuxDatum(new DescribedValue(VOStarTable.DATATYPE_INFO, "unicodeChar"));
      }
      info.setNullable(column.type() == OutputColumn.Type.FLOATING);
      infos[i] = info;
    }
    StarTable table = new RowListStarTable(infos);
    table.setName("posteriors");
    table.setParameter(text("bundle", bundle.name()));
    table.setParameter(text("bundle_version", bundle.version()));
    table.setParameter(text("bundle_sha256", bundle.sha256()));
    return table;
  }

  private static DescribedValue text(String name, String value) {
    return new DescribedValue(new DefaultValueInfo(name, String.class, name), value);
  }

  private static Class<?> type(OutputColumn column) {
    return switch (column.type()) {
      case TEXT -> String.class;
      case INTEGER -> Long.class;
      case FLOATING -> Double.class;
    };
  }

  /** A VOTable without data. */
  String votable() {
    VOTableVersion version = VOTableVersion.V14;
    VOSerializerConfig config =
        new VOSerializerConfig(DataFormat.TABLEDATA, version, StringElementSizer.NOCALC, false);
    StringWriter text = new StringWriter();
    try (BufferedWriter out = new BufferedWriter(text)) {
      VOSerializer serializer = VOSerializer.makeSerializer(config, table());
      out.write("<?xml version='1.0' encoding='UTF-8'?>\n");
      out.write(
          "<VOTABLE version=\"%s\" xmlns=\"%s\">\n<RESOURCE>\n<TABLE name=\"posteriors\">\n"
              .formatted(version.getVersionNumber(), version.getXmlNamespace()));
      serializer.writeParams(out);
      serializer.writeFields(out);
      out.write("</TABLE>\n</RESOURCE>\n</VOTABLE>\n");
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory was not written", e);
    }
    return text.toString();
  }
}
