/**
 * The part of the ONNX file format that we write and read, in the field numbers of its schema.
 *
 * @see https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto (IR version 8, opset 17)
 */
import protobuf from 'protobufjs';

const text = `
syntax = "proto3";
package onnx;
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated int64 ints = 8; int32 type = 20;
}
message TensorProto {
  repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9;
}
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
message TensorShapeProto { repeated Dimension dim = 1; }
message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
message TypeProto { TensorTypeProto tensor_type = 1; }
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message StringStringEntryProto { string key = 1; string value = 2; }
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8; repeated StringStringEntryProto metadata_props = 14;
}
`;

const model = protobuf.parse(text, { keepCase: true }).root.lookupType('onnx.ModelProto');

export const IR_VERSION = 8;
export const OPSET = 17;

/** TensorProto.DataType. */
export const dataTypes = { float32: 1, int64: 7 } as const;
/** AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, ints: 7 } as const;

export function encodeModel(fields: Readonly<Record<string, unknown>>): Uint8Array {
  return model.encode(model.fromObject(fields)).finish();
}

/** What a model says of itself: its `metadata_props`. Throws where the bytes are no model. */
export function readMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  const read = model.toObject(model.decode(bytes), { arrays: true, defaults: true }) as {
    metadata_props: readonly { key: string; value: string }[];
  };
  return Object.fromEntries(read.metadata_props.map(({ key, value }) => [key, value]));
}

/** Float32 values fixed in a model, by name. Throws where the bytes are no model. */
export function readConstants(bytes: Uint8Array): ReadonlyMap<string, Float32Array> {
  const read = model.toObject(model.decode(bytes), { arrays: true }) as {
    graph: {
      initializer: readonly { name: string; data_type: number; raw_data: Uint8Array }[];
    };
  };
  const found = read.graph.initializer.filter(({ data_type }) => data_type === dataTypes.float32);
  return new Map(
    found.map(({ name, raw_data }) => {
      // A copy: where the bytes stand in the file is no place for floats.
      return [name, new Float32Array(Uint8Array.from(raw_data).buffer)];
    }),
  );
}
