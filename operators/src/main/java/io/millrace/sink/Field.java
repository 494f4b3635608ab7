package io.millrace.sink;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;

/** The names of the fields that this stage writes: what readers of its topics rely on. */
final class Field {
    static final SerializableString EVENT_ID = new SerializedString("event_id");
    static final SerializableString EVENT_TIME = new SerializedString("event_time");
    static final SerializableString ENTITY = new SerializedString("entity");
    static final SerializableString MODEL_NAME = new SerializedString("model_name");
    static final SerializableString MODEL_VERSION = new SerializedString("model_version");
    static final SerializableString MODEL_DIGEST = new SerializedString("model_digest");
    static final SerializableString ROUTE = new SerializedString("route");
    static final SerializableString SCORE = new SerializedString("score");
    static final SerializableString OUTPUTS = new SerializedString("outputs");
    static final SerializableString OUTPUT_NAME = new SerializedString("name");
    static final SerializableString OUTPUT_NUMBERS = new SerializedString("numbers");
    static final SerializableString OUTPUT_TEXTS = new SerializedString("texts");
    static final SerializableString DECISION = new SerializedString("decision");
    static final SerializableString FEATURES = new SerializedString("features");
    static final SerializableString WARMING = new SerializedString("warming");
    static final SerializableString LATENCY_MILLIS = new SerializedString("latency_millis");

    static final SerializableString STAGE = new SerializedString("stage");
    static final SerializableString REASON = new SerializedString("reason");
    static final SerializableString DETAIL = new SerializedString("detail");
    static final SerializableString ORIGINAL_TEXT = new SerializedString("original_text");
    static final SerializableString ORIGINAL_BASE64 = new SerializedString("original_base64");
    static final SerializableString ORIGINAL_BYTES = new SerializedString("original_bytes");
    static final SerializableString ORIGINAL_SHA256 = new SerializedString("original_sha256");

    static final SerializableString FIRST_PARTITION = new SerializedString("first_partition");
    static final SerializableString FIRST_OFFSET = new SerializedString("first_offset");

    static final SerializableString SOURCE_TOPIC = new SerializedString("source_topic");
    static final SerializableString SOURCE_PARTITION = new SerializedString("source_partition");
    static final SerializableString SOURCE_OFFSET = new SerializedString("source_offset");
    static final SerializableString SOURCE_TIME = new SerializedString("source_time");

    private Field() {}
}
