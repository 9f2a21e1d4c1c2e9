// What npm @camptocamp/ogc-client reads of an OGC API: one line of JSON. Called by test_ogc_features.py with the
// address, the collection and a box.
import { OgcApiEndpoint } from "@camptocamp/ogc-client";

const [address, collection, box] = process.argv.slice(2);
const endpoint = new OgcApiEndpoint(address);
const pages = [];
for (let offset = 0; pages.at(-1)?.length !== 0; offset += 5)
  pages.push(await endpoint.getCollectionItems(collection, 5, offset));
const inside = await endpoint.getCollectionItems(collection, 100, 0, null, null, JSON.parse(box));
const info = await endpoint.getCollectionInfo(collection);
console.log(
  JSON.stringify({
    title: (await endpoint.info).title,
    conforms: await endpoint.conformanceClasses,
    hasFeatures: await endpoint.hasFeatures,
    collections: await endpoint.featureCollections,
    formats: info.itemFormats,
    crs: info.crs,
    pages: pages.map((page) => page.map((one) => one.id)),
    inside: inside.map((one) => one.geometry.coordinates),
    one: await endpoint.getCollectionItem(collection, pages[0][0].id),
  }),
);
