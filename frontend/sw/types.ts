export interface Words {
  offline: string;
  slow: string;
}

export interface Build {
  version: string;
  assets: string[];
  offline: string;
  logout: string;
  door: string;
  keep: string[]; // what the paths of kept pages begin with
  keepOnly: string[]; // whole paths
  data: string[]; // files for everybody that are kept once they were fetched
  instead: Record<string, string>; // pages shown without a network in place of those that need one
  words: Record<string, Words>;
}
