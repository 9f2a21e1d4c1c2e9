"""The scorecard of a province's services, and the measures of each service, actor and step."""
