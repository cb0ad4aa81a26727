import { h, get, follow } from '/common.js';

const NAMES = { observations: 'observations', object_posteriors: 'object-posteriors', group_posteriors: 'group-posteriors', rejections: 'rejections', samples: 'samples' };

/** The first lines of Python: by the package of this project where the topics have a common prefix. */
function python(stream) {
  const [first] = stream.topics;
  const prefix = first.topic.slice(0, -NAMES[first.role].length - 1);
  if (stream.topics.every((one) => one.topic === prefix + '.' + NAMES[one.role])) {
    return `# pip install ./python
import sidereus

with sidereus.connect("${stream.bootstrap_servers}", "${stream.schema_registry_url}"${prefix === 'sidereus' ? '' : `, prefix="${prefix}"`}) as stream:
    for posterior in stream.objects(start="beginning"):
        print(posterior.object, {one.name: (one.mean, one.sd) for one in posterior.parameters})`;
  }
  const topic = stream.topics.find((one) => one.role === 'object_posteriors').topic;
  return `# pip install "confluent-kafka[avro,schemaregistry]"
from confluent_kafka import DeserializingConsumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer

registry = SchemaRegistryClient({"url": "${stream.schema_registry_url}"})
consumer = DeserializingConsumer({
    "bootstrap.servers": "${stream.bootstrap_servers}",
    "group.id": "my-analysis",
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    "value.deserializer": AvroDeserializer(registry),
})
consumer.subscribe(["${topic}"])
while True:
    message = consumer.poll(1.0)
    if message is not None and message.value() is not None:
        print(message.value()["object"], message.value()["parameters"])`;
}

function commands(stream) {
  const topic = (role) => stream.topics.find((one) => one.role === role).topic;
  return [
    ['kcat', `# kcat needs Avro: kcat -V names it
kcat -b ${stream.bootstrap_servers} -C -t ${topic('group_posteriors')} -s value=avro -r ${stream.schema_registry_url} -X isolation.level=read_committed`],
    ['Python', python(stream)],
    ['Command line', `./sidereus watch --set bootstrap.servers=${stream.bootstrap_servers} --set schema.registry.url=${stream.schema_registry_url} --from-beginning`],
    ['Java', `Properties settings = new Properties();
settings.put("bootstrap.servers", "${stream.bootstrap_servers}");
settings.put("isolation.level", "read_committed");
settings.put("schema.registry.url", "${stream.schema_registry_url}");
settings.put("key.deserializer", ByteArrayDeserializer.class);
settings.put("value.deserializer", KafkaAvroDeserializer.class);
settings.put("group.id", "my-analysis");
try (KafkaConsumer<byte[], GenericRecord> consumer = new KafkaConsumer<>(settings)) {
  consumer.subscribe(List.of("${topic('group_posteriors')}"));
  while (true) {
    consumer.poll(Duration.ofSeconds(1)).forEach(record -> System.out.println(record.value()));
  }
}`],
  ];
}

function schema(one) {
  return h('details', { class: 'panel', style: 'margin-bottom:10px' }, h('summary', {}, h('strong', {}, one.topic), ' ', one.doc ?? ''),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Fields of ' + one.topic }, h('table', {},
      h('thead', {}, h('tr', {}, ['Field', 'Type', 'Meaning'].map((t) => h('th', { scope: 'col' }, t)))),
      h('tbody', {}, one.fields.map((f) => h('tr', {}, h('td', {}, h('code', {}, f.name)), h('td', {}, f.type), h('td', {}, f.doc ?? '')))))));
}

/** Copies a text; none where the browser lets no page copy, as at an address without TLS that is not this machine. */
function copyButton(name, text) {
  if (!navigator.clipboard) return [];
  const button = h('button', { class: 'plain', 'aria-label': 'Copy ' + name, onclick: async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } }, 'Copy');
  return [button];
}

const parts = [h('h1', {}, 'Read this stream')];

async function load() {
  const stream = await get('/api/stream');
  parts.push(
    h('p', {}, 'Broker ', h('code', {}, stream.bootstrap_servers), ', schema registry ', h('code', {}, stream.schema_registry_url), '. Read with isolation.level=read_committed, or aborted posteriors appear.'),
    ...commands(stream).map(([name, text]) => h('section', { class: 'panel', style: 'margin-bottom:10px' }, h('h2', {}, name),
      h('pre', { tabindex: '0' }, text), ...copyButton(name, text))),
    h('h2', {}, 'Topics and their schemas'), ...stream.topics.map(schema));
}

follow('Read this stream', parts, load, { once: true });
