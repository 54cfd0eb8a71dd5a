"""Why a headline got its label: attributions and counterfactuals."""
